import type { PathState } from '../engine/effect.ts';
import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { sh } from '../shell/quote.ts';
import { nameText } from './name-text.ts';
import { ownersToCome } from './owners-to-come.ts';

/**
 * What is at a path (not following a link at its end). All paths of a trip cost one `stat`: which ones exist
 * is found with the shell's own tests, so the answers can be matched by order and no name is ever parsed.
 *
 * The first line has one letter a path: `-` nothing there, `?` the acting user may not look, `l` a link,
 * `e` anything else. Then comes a `stat` line for each of those that exist, and in the same order the target
 * of each (nothing for what is no link), ended by NUL. What exists is found once and kept, so that a path that
 * comes or goes meanwhile cannot shift the answers of the others.
 */
const statKind: HostLookKind<string, PathState> = {
  name: 'stat',
  inShell: true,
  sameForAll: true,
  script(paths) {
    return sh`missing() {
  d=$1
  while [ -n "$d" ]; do
    d=\${d%/*}
    if [ -d "\${d:-/}" ]; then if [ -x "\${d:-/}" ]; then printf -- -; else printf '?'; fi; return 0; fi
    if [ -e "$d" ]; then break; fi
  done
  printf -- -
}
set --
for p in ${paths}; do
  if [ -L "$p" ]; then printf l; elif [ -e "$p" ]; then printf e; else missing "$p"; continue; fi
  set -- "$@" "$p"
done
echo
[ $# -eq 0 ] || TZ=UTC0 stat -c ${STAT_FORMAT} -- "$@" || return 1
for p; do if [ -L "$p" ]; then readlink -n -- "$p"; fi; printf '\\000'; done`;
  },
  parse({ stdout, code }, paths) {
    if (code !== 0) throw new LookError('stat failed on the host');
    const flagsEnd = stdout.indexOf(0x0a);
    const flags = stdout.toString('latin1', 0, flagsEnd);
    if (flags.length !== paths.length || !/^[el?-]*$/.test(flags)) {
      throw new LookError('the host did not answer for every path');
    }
    const present = [...flags].filter((flag) => flag === 'e' || flag === 'l').length;
    let at = flagsEnd + 1;
    const lines: string[] = [];
    for (let index = 0; index < present; index += 1) {
      const end = stdout.indexOf(0x0a, at);
      if (end < 0) throw new LookError('stat gave fewer lines than paths');
      lines.push(stdout.toString('utf8', at, end));
      at = end + 1;
    }
    const targets = stdout.toString('latin1', at).split('\0');
    if (targets.length !== present + 1) throw new LookError('the host did not answer for every link');
    let next = 0;
    return [...flags].map((flag) => {
      if (flag === '-') return { exists: false };
      if (flag === '?') return { exists: false, denied: true };
      const at = next;
      next += 1;
      return readStat(lines[at] as string, nameText(targets[at] as string));
    });
  },
  predict: predictStat,
  volatile: () => true,
  place: { of: (path) => path, at: (_, path) => statLook(path) },
};

/** Asks what is at an absolute path. */
export function statLook(path: string): HostLook<PathState> {
  return hostLook(statKind, path, path);
}

function predictStat(path: string, overlay: Overlay): Prediction<PathState> | undefined {
  const found = overlay.path(path);
  if (found === undefined) {
    return overlay.isEmpty ? undefined : { adjust: (observed) => ownersToCome(path, observed, overlay) };
  }
  if ('absent' in found) return { value: { exists: false } };
  const state = 'inTree' in found ? found.inTree.state : found.effect.state;
  return { value: ownersToCome(path, state, overlay) };
}

/** Names come last and are parted by a colon, the one character that none can hold: directories of Windows have names with blanks. */
const STAT_FORMAT = '%f %u %g %s %Y %d:%i:%s:%y:%z|%U:%G';

const TYPES: Readonly<Record<number, 'file' | 'directory' | 'link'>> = {
  8: 'file',
  4: 'directory',
  10: 'link',
};

function readStat(line: string, target: string): PathState {
  const match = /^([0-9a-f]+) (\d+) (\d+) (\d+) (-?\d+) ([^|]+)\|([^:]+):([^:]+)$/.exec(line);
  if (match === null) throw new LookError(`stat gave a line that cannot be read: ${JSON.stringify(line)}`);
  const [, raw, uid, gid, size, mtime, identity, user, team] = match as unknown as [string, ...string[]];
  const owner = user === 'UNKNOWN' ? (uid as string) : (user as string);
  const group = team === 'UNKNOWN' ? (gid as string) : (team as string);
  const bits = Number.parseInt(raw as string, 16);
  const type = TYPES[bits >> 12] ?? 'other';
  if (type === 'link' && target === '') throw new LookError('a link changed while it was looked at');
  return {
    exists: true,
    type,
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    owner,
    group,
    ids: { owner: { name: owner, id: Number(uid) }, group: { name: group, id: Number(gid) } },
    size: Number(size),
    mtime: Number(mtime),
    identity: identity as string,
    ...(type === 'link' ? { target } : {}),
  };
}
