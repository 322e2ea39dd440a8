import { sh } from '../../shell/quote.ts';
import type { Fact } from './fact.ts';

export const os: Fact = {
  name: 'os',
  summary: "The kernel's name in lower case, as in Go's GOOS.",
  example: 'linux',
  values: ['linux', 'freebsd', 'openbsd', 'netbsd', 'darwin'],
  script: sh`uname -s`,
  parse: (output) => output.trim().toLowerCase(),
};
