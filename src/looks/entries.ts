import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { sh } from '../shell/quote.ts';
import { nameText } from './name-text.ts';

/** Each directory's section: paths relative to it, each ended by NUL, then a NUL of its own. */
const observedKind: HostLookKind<string, readonly string[]> = {
  name: 'entries',
  script(directories) {
    return sh`for d in ${directories}; do
  if [ -d "$d" ] && [ ! -L "$d" ]; then (cd -- "$d" && find . ! -name . -print0) || exit 1; fi
  printf '\\000'
done`;
  },
  parse({ stdout, code }, directories) {
    if (code !== 0) throw new LookError('a directory could not be listed');
    const names = stdout.toString('latin1').split('\0');
    return directories.map(() => {
      const end = names.indexOf('');
      if (end < 0) throw new LookError('the host listed fewer directories than were asked for');
      return names
        .splice(0, end + 1)
        .slice(0, end)
        .map((name) => nameText(name.replace(/^\.\//, '')))
        .sort();
    });
  },
};

/** The same, where earlier steps change something below: what is observed, to be merged with their effects. */
const entriesKind: HostLookKind<string, readonly string[]> = {
  ...observedKind,
  place: { of: (directory) => directory, at: (_, directory) => entriesLook(directory) },
  predict: (directory: string, overlay: Overlay): Prediction<readonly string[]> | undefined =>
    overlay.below(directory).length === 0
      ? undefined
      : { insteadOf: hostLook(observedKind, directory, `observed:${directory}`) },
};

/**
 * Asks for everything below a directory, as sorted relative paths; links are listed, not followed. A directory
 * that is not there is empty. What earlier steps put below it is to be added from `Overlay.below`.
 */
export function entriesLook(directory: string): HostLook<readonly string[]> {
  return hostLook(entriesKind, directory, directory);
}
