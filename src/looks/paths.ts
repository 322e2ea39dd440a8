import type { PathState } from '../engine/effect.ts';
import { type HostLookKind, LookError } from '../engine/look.ts';
import { sh } from '../shell/quote.ts';
import { nameText } from './name-text.ts';
import { RECORD, readTold, type Told } from './path-record.ts';

/** A link on the way to a path. */
export interface LinkState {
  /** As it stands in the link. */
  readonly target: string;
  /** Who laid it: name, or the number in text where the host has no name for it. */
  readonly owner: string;
  /** The directory that it leads to, with no link on the way; undefined when that is none, or was predicted. */
  readonly real: string | undefined;
}

export interface PathQuery {
  readonly path: string;
  /** `link`: whether it is a link, and where it leads; `state`: what is there. */
  readonly asks: 'link' | 'state';
}

/**
 * What is at paths (not following a link at their ends). All paths of a trip cost one `stat`: which ones exist
 * is found with the shell's own tests, so the answers can be matched by order and no name is ever parsed. What exists is found
 * once and kept, so that a path that comes or goes meanwhile cannot shift the answers of the others.
 *
 * The first line has one letter a path, those first of which only links are told: `-` nothing there (or no link), `?` the
 * acting user may not look, `l` a link, `e` anything else. What follows is of those that exist, in the same order, in pieces ended
 * by NUL. GNU's `stat` tells a record and the name of each, a link's with its target, all of one look at it; then comes `=0`. Where
 * there is no link, or where `stat` is another, `=1` comes instead (after what it may have told before it failed), a piece with a line
 * for each, and a piece for each with owner, name and target where it is a link. In the end comes a piece for each link of
 * those first with the directory that it leads to.
 *
 * Whose a link's target is must be asked of the very text that is followed, not of the link again: whoever laid it
 * could have turned it in between.
 */
export const pathsKind: HostLookKind<PathQuery, PathState | LinkState | undefined> = {
  name: 'stat',
  inShell: true,
  sameForAll: true,
  script(queries) {
    const [links, others] = byQuestion(queries);
    return sh`missing() {
  d=$1
  while [ -n "$d" ]; do
    d=\${d%/*}
    if [ -d "\${d:-/}" ]; then [ -x "\${d:-/}" ] || flag='?'; return 0; fi
    if [ -e "$d" ]; then break; fi
  done
}
set --
flags=
for p in ${links}; do if [ -L "$p" ]; then flags=\${flags}l; set -- "$@" "$p"; else flags=$flags-; fi; done
links=$# any=$#
for p in ${others}; do
  if [ -L "$p" ]; then flag=l any=1; elif [ -e "$p" ]; then flag=e; else flag=-; missing "$p"; fi
  flags=$flags$flag
  case $flag in [el]) set -- "$@" "$p" ;; esac
done
printf '%s\\n' "$flags"
[ $# -gt 0 ] || return 0
if [ "$any" -gt 0 ] && TZ=UTC0 QUOTING_STYLE=literal stat --printf ${`${RECORD} %N\\0`} -- "$@" 2>/dev/null; then printf '=0\\000'
else
  printf '=1\\000'
  TZ=UTC0 stat -c ${RECORD} -- "$@" || return 1
  printf '\\000'
  for p; do if [ -L "$p" ]; then QUOTING_STYLE=literal stat -c '%u:%U %N' -- "$p"; fi; printf '\\000'; done
fi
[ $links -gt 0 ] || return 0
here=$PWD
for p; do
  if [ -L "$p" ] && [ -d "$p" ] && cd -P -- "$p" 2>/dev/null; then printf '%s\\000' "$PWD"; else printf '\\000'; fi
  links=$((links - 1)); [ $links -gt 0 ] || break
done
cd -- "\${here:-/}" 2>/dev/null || cd /`;
  },
  parse({ stdout, code }, queries) {
    if (code !== 0) throw new LookError('stat failed on the host');
    const [links, others] = byQuestion(queries);
    const text = stdout.toString('latin1');
    const flags = text.slice(0, Math.max(0, text.indexOf('\n')));
    if (flags.length !== queries.length || !/^[el?-]*$/.test(flags))
      throw new LookError('the host did not answer for every path');
    const there = [...links, ...others].filter((_, index) => flags[index] === 'l' || flags[index] === 'e');
    const { told, rest } = readTold(text.slice(flags.length + 1), there);
    const real = rest.split('\0');
    const found = links.filter((_, index) => flags[index] === 'l').length;
    if (real.pop() !== '' || real.length !== found)
      throw new LookError('the host did not say where every link leads');
    const ofLinks = links.map((path, index) =>
      flags[index] === 'l' ? linkState(path, told.shift(), real.shift()) : undefined,
    );
    const states = others.map((_, index): PathState => {
      const flag = flags[links.length + index];
      return flag === '-' ? ABSENT : flag === '?' ? DENIED : (told.shift() as Told).state();
    });
    return queries.map(({ asks }) => (asks === 'link' ? ofLinks.shift() : states.shift()));
  },
};

const ABSENT: PathState = { exists: false };
const DENIED: PathState = { exists: false, denied: true };

function byQuestion(queries: readonly PathQuery[]): readonly [links: string[], others: string[]] {
  const asked = (asks: PathQuery['asks']) =>
    queries.filter((query) => query.asks === asks).map(({ path }) => path);
  return [asked('link'), asked('state')];
}

function linkState(path: string, told: Told | undefined, real: string | undefined): LinkState {
  const link = told?.link;
  if (link === undefined) throw new LookError(`the link ${path} cannot be read`);
  return { ...link, real: real?.startsWith('/') ? nameText(real) : undefined };
}
