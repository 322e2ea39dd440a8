import { LookError } from '../../engine/look.ts';
import { sh } from '../../shell/quote.ts';
import type { Fact } from './fact.ts';
import { firstLine } from './first-line.ts';

export const memory: Fact = {
  name: 'memory',
  summary: 'Bytes of main memory that the kernel manages (a little less than is built in).',
  example: 8_312_004_608,
  script: firstLine('/proc/meminfo', sh`:`),
  parse(output) {
    const kib = /^MemTotal:\s+(\d+) kB$/m.exec(output)?.[1];
    if (kib === undefined) throw new LookError('/proc/meminfo has no MemTotal');
    return Number(kib) * 1024;
  },
};
