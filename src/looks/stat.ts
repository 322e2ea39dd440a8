import type { PathState } from '../engine/effect.ts';
import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { sh } from '../shell/quote.ts';

/**
 * What is at a path (not following a link at its end). All paths of a trip cost one `stat`: which ones exist
 * is found with the shell's own tests, so the answers can be matched by order and no name is ever parsed.
 *
 * The first line has one letter a path: `-` nothing there, `?` the acting user may not look, `l` a link,
 * `e` anything else. Then come the `stat` lines of those that exist, then the links' targets, each ended by NUL.
 */
const statKind: HostLookKind<string, PathState> = {
  name: 'stat',
  script(paths) {
    return sh`all='' ; n=0
check() {
  if [ -L "$1" ]; then printf l; elif [ -e "$1" ]; then printf e; else
    d=$1
    while [ -n "$d" ]; do
      d=\${d%/*}
      if [ -d "\${d:-/}" ]; then [ -x "\${d:-/}" ] && printf - || printf '?'; return 0; fi
      if [ -e "$d" ]; then printf -; return 0; fi
    done
    printf -
  fi
}
for p in ${paths}; do check "$p"; done; echo
set -- 
for p in ${paths}; do if [ -e "$p" ] || [ -L "$p" ]; then set -- "$@" "$p"; fi; done
[ $# -eq 0 ] || stat -c '%f %u %g %s %Y %U %G %d:%i:%s:%y:%z' -- "$@" || exit 1
for p; do if [ -L "$p" ]; then readlink -n -- "$p"; printf '\\000'; fi; done`;
  },
  parse({ stdout, code }, paths) {
    if (code !== 0) throw new LookError('stat failed on the host');
    const flagsEnd = stdout.indexOf(0x0a);
    const flags = stdout.toString('latin1', 0, flagsEnd);
    const present = [...flags].filter((flag) => flag === 'e' || flag === 'l').length;
    let at = flagsEnd + 1;
    const lines: string[] = [];
    for (let index = 0; index < present; index += 1) {
      const end = stdout.indexOf(0x0a, at);
      if (end < 0) throw new LookError('stat gave fewer lines than paths');
      lines.push(stdout.toString('utf8', at, end));
      at = end + 1;
    }
    const targets = stdout.toString('utf8', at).split('\0');
    return paths.map((_, index) => {
      const flag = flags[index];
      if (flag === '-') return { exists: false };
      if (flag === '?') return { exists: false, denied: true };
      const line = lines.shift();
      if (line === undefined) throw new LookError('stat gave no answer for a path');
      return readStat(line, flag === 'l' ? targets.shift() : undefined);
    });
  },
  predict: predictStat,
};

/** Asks what is at an absolute path. */
export function statLook(path: string): HostLook<PathState> {
  return hostLook(statKind, path, path);
}

function predictStat(path: string, overlay: Overlay): Prediction<PathState> | undefined {
  const found = overlay.path(path);
  if (found === undefined) return undefined;
  if ('absent' in found) return { value: { exists: false } };
  if ('movedTo' in found) return { insteadOf: statLook(found.movedTo) };
  return { value: 'inTree' in found ? found.inTree.state : found.effect.state };
}

const TYPES: Readonly<Record<number, 'file' | 'directory' | 'link'>> = {
  8: 'file',
  4: 'directory',
  10: 'link',
};

function readStat(line: string, target: string | undefined): PathState {
  const match = /^([0-9a-f]+) (\d+) (\d+) (\d+) (-?\d+) (\S+) (\S+) (.+)$/.exec(line);
  if (match === null) throw new LookError(`stat gave a line that cannot be read: ${JSON.stringify(line)}`);
  const [, raw, uid, gid, size, mtime, owner, group, identity] = match as unknown as [string, ...string[]];
  const bits = Number.parseInt(raw as string, 16);
  return {
    exists: true,
    type: TYPES[bits >> 12] ?? 'other',
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    owner: owner === 'UNKNOWN' ? (uid as string) : (owner as string),
    group: group === 'UNKNOWN' ? (gid as string) : (group as string),
    size: Number(size),
    mtime: Number(mtime),
    identity: identity as string,
    ...(target === undefined ? {} : { target }),
  };
}
