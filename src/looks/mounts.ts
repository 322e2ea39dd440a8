import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { joinShell, sh } from '../shell/quote.ts';
import { MOUNTS_IN } from './mounts-script.ts';

/** A line for each place, and an empty line after those of each path. */
const mountsKind: HostLookKind<string, readonly string[]> = {
  name: 'mounts',
  // Anything that runs may mount something, and it costs next to nothing to ask.
  volatile: () => true,
  script: (paths) => joinShell([MOUNTS_IN, sh`for p in ${paths}; do mounts_in "$p"; echo; done`]),
  parse({ stdout }, paths) {
    const lines = stdout.toString('utf8').split('\n');
    return paths.map(() => {
      const end = lines.indexOf('');
      if (end < 0 || lines.length < 2) throw new LookError('what is mounted on this host cannot be read');
      return lines
        .splice(0, end + 1)
        .slice(0, -1)
        .map(spelledOut);
    });
  },
  predict: predictMounts,
  place: { of: (path) => path, at: (_, path) => mountsLook(path) },
};

/** Asks where file systems are mounted: at a path, or anywhere below it. */
export function mountsLook(path: string): HostLook<readonly string[]> {
  return hostLook(mountsKind, path, path);
}

/** What an earlier step has made is no place where anything is mounted yet. */
function predictMounts(path: string, overlay: Overlay): Prediction<readonly string[]> | undefined {
  const found = overlay.path(path);
  if (found === undefined) return undefined;
  const isNew = !('effect' in found) || !found.effect.state.exists || found.effect.fresh === true;
  return isNew ? { value: [] } : undefined;
}

function spelledOut(point: string): string {
  return point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
