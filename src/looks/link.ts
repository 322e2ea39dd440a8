import { toBytes } from '../artifacts/archive-entry.ts';
import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { sh } from '../shell/quote.ts';
import { nameText } from './name-text.ts';

/** A link on the way to a path. */
export interface LinkState {
  /** As it stands in the link. */
  readonly target: string;
  /** Who laid it: name, or the number in text where the host has no name for it. */
  readonly owner: string;
  /** The directory that it leads to, with no link on the way; undefined when that is none, or was predicted. */
  readonly real: string | undefined;
}

/**
 * Whether a path is a link, and where it leads. Asked of every directory above a path that a step names, so it costs a
 * host nothing but the shell's own test where there is no link, and one `stat` where there is. Two sections for each path,
 * ended by NUL and empty when it is no link: its owner, with path and target, all of one look at it; and the directory that it
 * leads to. Whose the target is must be asked of the very text that is followed, not of the link again: whoever laid it
 * could have turned it in between.
 */
const linkKind: HostLookKind<string, LinkState | undefined> = {
  name: 'link',
  inShell: true,
  sameForAll: true,
  volatile: () => true,
  script(paths) {
    return sh`for p in ${paths}; do
  if [ -L "$p" ]; then
    QUOTING_STYLE=literal stat -c '%u:%U %N' -- "$p"
  fi
  printf '\\000'
  if [ -L "$p" ] && [ -d "$p" ]; then (cd -P -- "$p" 2>/dev/null && printf %s "$PWD"); fi
  printf '\\000'
done`;
  },
  parse({ stdout, code }, paths) {
    const sections = stdout.toString('latin1').split('\0');
    if (code !== 0 || sections.length !== 2 * paths.length + 1)
      throw new LookError('the host did not say which directories are links');
    return paths.map((path, index) =>
      readLink(path, sections[2 * index] ?? '', sections[2 * index + 1] ?? ''),
    );
  },
  predict: predictLink,
  place: { of: (path) => path, at: (_, path) => linkLook(path) },
};

/** Asks whether a path is a link, and where it leads. */
export function linkLook(path: string): HostLook<LinkState | undefined> {
  return hostLook(linkKind, path, path);
}

function readLink(path: string, section: string, real: string): LinkState | undefined {
  if (section === '') return undefined;
  const [, uid, rest = ''] = /^(\d+):(.+)\n$/s.exec(section) ?? [];
  const [name, target] = nameAndTarget(rest, toBytes(path)) ?? [];
  if (uid === undefined || name === undefined || target === undefined)
    throw new LookError(`the link ${path} cannot be read`);
  return {
    target: nameText(target),
    owner: name === 'UNKNOWN' ? uid : nameText(name),
    real: real.startsWith('/') ? nameText(real) : undefined,
  };
}

/** Reads `NAME PATH -> TARGET` of GNU's `stat`, or busybox's `NAME 'PATH' -> 'TARGET'`, which escapes nothing. */
function nameAndTarget(text: string, path: string): readonly [string, string] | undefined {
  // The quoted form first: a target could look like the other one.
  const [user, quoted] = cutAt(text, ` '${path}' -> '`) ?? [];
  if (user !== undefined && quoted?.endsWith("'")) return [user, quoted.slice(0, -1)];
  return cutAt(text, ` ${path} -> `);
}

function cutAt(text: string, separator: string): readonly [string, string] | undefined {
  const at = text.indexOf(separator);
  return at < 0 ? undefined : [text.slice(0, at), text.slice(at + separator.length)];
}

function predictLink(path: string, overlay: Overlay): Prediction<LinkState | undefined> | undefined {
  const found = overlay.path(path);
  if (found === undefined) return undefined;
  if ('absent' in found) return { value: undefined };
  const state = 'inTree' in found ? found.inTree.state : found.effect.state;
  if (!state.exists || state.type !== 'link') return { value: undefined };
  if (state.target === undefined) return { unknown: `${path} is made by an earlier step` };
  return { value: { target: state.target, owner: state.owner, real: undefined } };
}
