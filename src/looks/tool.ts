import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { sh } from '../shell/quote.ts';

/** Where the session's shell looks for programs at least (ssh/session/prelude.ts). */
const DIRECTORIES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Which programs the acting user's shell finds. A step that installs one may state the answer by the look's key. */
const toolKind: HostLookKind<string, boolean> = {
  name: 'tool',
  inShell: true,
  sameForAll: true,
  sameForSame: true,
  script(names) {
    return sh`for t in ${names}; do if command -v "$t" >/dev/null 2>&1; then printf y; else printf n; fi; done`;
  },
  parse({ stdout }, names) {
    const flags = stdout.toString('latin1');
    if (flags.length !== names.length || /[^yn]/.test(flags)) {
      throw new LookError('the host does not say which programs it has');
    }
    return [...flags].map((flag) => flag === 'y');
  },
  predict: predictTool,
};

/** Asks whether a program is there, by its name. */
export function toolLook(name: string): HostLook<boolean> {
  return hostLook(toolKind, name, name);
}

function predictTool(name: string, overlay: Overlay): Prediction<boolean> | undefined {
  const brought = DIRECTORIES.some((directory) => {
    const found = overlay.path(`${directory}/${name}`);
    return found !== undefined && 'effect' in found && found.effect.state.exists;
  });
  return brought ? { value: true } : undefined;
}
