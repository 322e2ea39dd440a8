import { sh } from '../../shell/quote.ts';
import type { Fact } from './fact.ts';
import { firstLine } from './first-line.ts';

export const os: Fact = {
  name: 'os',
  summary: "The kernel's name in lower case, as in Go's GOOS.",
  example: 'linux',
  values: ['linux', 'freebsd', 'openbsd', 'netbsd', 'darwin'],
  script: firstLine('/proc/sys/kernel/ostype', sh`uname -s`),
  parse: (output) => output.trim().toLowerCase(),
};
