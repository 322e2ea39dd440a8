import { sh } from '../../shell/quote.ts';
import type { Fact } from './fact.ts';
import { firstLine } from './first-line.ts';

export const hostname: Fact = {
  name: 'hostname',
  summary: "The kernel's name for the host, as `uname -n` says it; not necessarily the inventory's.",
  example: 'web1',
  script: firstLine('/proc/sys/kernel/hostname', sh`uname -n`),
  parse: (output) => output.trim(),
};
