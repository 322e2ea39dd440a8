import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { sh } from '../shell/quote.ts';

/** One line a name: `y` when the acting user's shell finds it. */
const toolKind: HostLookKind<string, boolean> = {
  name: 'tool',
  script(names) {
    return sh`for n in ${names}; do if command -v "$n" >/dev/null 2>&1; then echo y; else echo n; fi; done`;
  },
  parse({ stdout, code }, names) {
    const lines = stdout.toString('utf8').split('\n');
    if (code !== 0 || lines.length !== names.length + 1)
      throw new LookError('the host did not say what it has');
    return names.map((_, index) => lines[index] === 'y');
  },
};

/** Asks whether a program is there, by its name in PATH (which has the sbin directories too). */
export function toolLook(name: string): HostLook<boolean> {
  return hostLook(toolKind, name, name);
}
