import { sh } from '../../shell/quote.ts';
import type { Fact } from './fact.ts';
import { firstLine } from './first-line.ts';

export const kernel: Fact = {
  name: 'kernel',
  summary: "The running kernel's release, as `uname -r` says it.",
  example: '6.1.0-31-amd64',
  script: firstLine('/proc/sys/kernel/osrelease', sh`uname -r`),
  parse: (output) => output.trim(),
};
