import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { sh } from '../shell/quote.ts';

/** A link on the way to a path. */
export interface LinkState {
  /** As it stands in the link. */
  readonly target: string;
  /** Who laid it: name, or the number in text where the host has no name for it. */
  readonly owner: string;
  /** The directory that it leads to, with no link on the way; undefined when that is none, or was predicted. */
  readonly real: string | undefined;
  /** Whether what it leads to belongs to whoever laid it. Undefined for a link that is yet to be laid. */
  readonly leadsToOwn: boolean | undefined;
}

/**
 * Whether a path is a link, and where it leads. Asked of every directory above a path that a step names, so it costs a
 * host nothing but the shell's own test where there is no link, and one `stat` for each that root has laid. Two sections
 * for each path, ended by NUL and empty when it is no link: the owners of what it leads to and of the link, with path and
 * target in a form that GNU's `stat` shares with busybox; and the directory that it leads to. What a link of root leads to
 * is nobody's question.
 */
const linkKind: HostLookKind<string, LinkState | undefined> = {
  name: 'link',
  inShell: true,
  volatile: () => true,
  script(paths) {
    return sh`for p in ${paths}; do
  if [ -L "$p" ]; then
    l=$(QUOTING_STYLE=literal stat -c '%u:%U %N' -- "$p"; printf .)
    case $l in 0:*) printf 0 ;; *) stat -L -c %u -- "$p" 2>/dev/null || printf - ;; esac
    printf ' %s' "$l"
  fi
  printf '\\000'
  if [ -L "$p" ] && [ -d "$p" ]; then (cd -P -- "$p" 2>/dev/null && printf %s "$PWD"); fi
  printf '\\000'
done`;
  },
  parse({ stdout, code }, paths) {
    const sections = stdout.toString('utf8').split('\0');
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
  const [, lead, uid, rest = ''] = /^(\d+|-)\s+(\d+):(.+)\n\.$/s.exec(section) ?? [];
  const [name, target] = nameAndTarget(rest, path) ?? [];
  if (uid === undefined || name === undefined || target === undefined)
    throw new LookError(`the link ${path} cannot be read`);
  return {
    target,
    owner: name === 'UNKNOWN' ? uid : name,
    leadsToOwn: uid === lead,
    real: real.startsWith('/') ? real : undefined,
  };
}

/** Reads `NAME PATH -> TARGET` of GNU's `stat`, or busybox's `NAME 'PATH' -> 'TARGET'`, which escapes nothing. */
function nameAndTarget(text: string, path: string): readonly [string, string] | undefined {
  const [name, target] = cutAt(text, ` ${path} -> `) ?? [];
  if (name !== undefined && target !== undefined) return [name, target];
  const [user, quoted] = cutAt(text, ` '${path}' -> '`) ?? [];
  return user !== undefined && quoted?.endsWith("'") ? [user, quoted.slice(0, -1)] : undefined;
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
  return { value: { target: state.target, owner: state.owner, leadsToOwn: undefined, real: undefined } };
}
