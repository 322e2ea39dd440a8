import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { sh } from '../shell/quote.ts';

/** The end of the session's PATH (see ssh/session/prelude.ts): a program that an earlier step puts there is found. */
const DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'] as const;

/** One letter a name: `y` when the acting user's shell finds it as a file, not as a word of its own. */
const programKind: HostLookKind<string, boolean> = {
  name: 'program',
  script(names) {
    return sh`for n in ${names}; do
  found=n
  old=$IFS; IFS=:
  for d in $PATH; do if [ -f "$d/$n" ] && [ -x "$d/$n" ]; then found=y; break; fi; done
  IFS=$old
  printf '%s\\n' $found
done`;
  },
  parse({ stdout, code }, names) {
    const lines = stdout.toString('utf8').split('\n');
    if (code !== 0 || lines.length !== names.length + 1)
      throw new LookError('the host did not say which programs it has');
    return names.map((_, index) => lines[index] === 'y');
  },
  predict: predictProgram,
};

/** Asks whether a program is there, by its name in PATH. */
export function programLook(name: string): HostLook<boolean> {
  return hostLook(programKind, name, name);
}

function predictProgram(name: string, overlay: Overlay): Prediction<boolean> | undefined {
  const brought = DIRECTORIES.some((directory) => {
    const found = overlay.path(`${directory}/${name}`);
    if (found === undefined || 'absent' in found) return false;
    return !('effect' in found) || found.effect.state.exists;
  });
  if (brought) return { value: true };
  // Only to have it asked again once such a step is applied.
  return overlay.anything().length > 0 ? { adjust: (observed) => observed } : undefined;
}
