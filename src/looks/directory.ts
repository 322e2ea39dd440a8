import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { sh } from '../shell/quote.ts';
import { nameText } from './name-text.ts';

/** What stands in a directory. */
export interface Entries {
  /** Sorted; the first hundred or so of a large directory. */
  readonly names: readonly string[];
  /** There are more. */
  readonly more: boolean;
}

const LIMIT = 100;

/**
 * The names in directories, one section each, ended by an empty name: found by the shell's own patterns, so that any
 * name will do. Nothing when there is no such directory (links are not followed).
 */
const directoryKind: HostLookKind<string, Entries> = {
  name: 'directory',
  script(paths) {
    return sh`for d in ${paths}; do
  n=0
  if [ -d "$d" ] && [ ! -L "$d" ]; then
    if [ ! -r "$d" ] || [ ! -x "$d" ]; then echo 'this user may not read a directory' >&2; exit 1; fi
    for f in "$d"/* "$d"/.[!.]* "$d"/..?*; do
      if [ -e "$f" ] || [ -L "$f" ]; then n=$((n + 1)); printf '%s\\000' "\${f##*/}"; fi
      if [ $n -gt ${LIMIT} ]; then break; fi
    done
  fi
  printf '\\000'
done`;
  },
  parse({ stdout, code }, paths) {
    if (code !== 0) throw new LookError('a directory could not be read');
    const sections = stdout.toString('latin1').split('\0');
    return paths.map(() => {
      const end = sections.indexOf('');
      if (end < 0) throw new LookError('the host sent fewer directories than were asked for');
      const names = sections
        .splice(0, end + 1)
        .slice(0, -1)
        .map(nameText);
      return { names: names.slice(0, LIMIT).sort(), more: names.length > LIMIT };
    });
  },
  predict: predictDirectory,
  place: { of: (path) => path, at: (_, path) => directoryLook(path) },
};

/** Asks what stands in a directory. */
export function directoryLook(path: string): HostLook<Entries> {
  return hostLook(directoryKind, path, path);
}

function predictDirectory(path: string, overlay: Overlay): Prediction<Entries> | undefined {
  const found = overlay.path(path);
  if (found !== undefined) {
    if ('absent' in found) return { value: { names: [], more: false } };
    if ('inTree' in found || found.effect.tree !== undefined)
      return { unknown: `an earlier step brings ${path} with what is in it` };
    if (!found.effect.state.exists) return { value: { names: [], more: false } };
    if (found.effect.state.type === 'unknown') return { unknown: `${path} is made by an earlier command` };
  }
  const changed = overlay.entries(path);
  if (found !== undefined && 'effect' in found && found.effect.fresh === true)
    return { value: change({ names: [], more: false }, changed) };
  return changed.size === 0 ? undefined : { adjust: (observed) => change(observed, changed) };
}

function change(observed: Entries, changed: ReadonlyMap<string, boolean>): Entries {
  const names = new Set(observed.names);
  for (const [name, present] of changed) {
    if (present) names.add(name);
    else names.delete(name);
  }
  return { names: [...names].sort(), more: observed.more };
}
