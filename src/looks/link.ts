import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { sh } from '../shell/quote.ts';

/** A link on the way to a path. */
export interface LinkState {
  /** As it stands in the link. */
  readonly target: string;
  /** Who laid it: name, or the number in text where the host has no name for it. */
  readonly owner: string;
  /** True when what it leads to belongs to whoever laid it. False when it leads nowhere. */
  readonly leadsToOwn: boolean;
}

/**
 * Whether a path is a link, and where it leads. Asked of every directory above a path that a step names, so it costs a
 * host nothing but the shell's own test where there is no link. A section for each path, ended by NUL: empty when it is
 * no link, else the owners of the link and of what it leads to, and the target.
 */
const linkKind: HostLookKind<string, LinkState | undefined> = {
  name: 'link',
  volatile: () => true,
  script(paths) {
    return sh`for p in ${paths}; do
  if [ -L "$p" ]; then
    stat -c '%u:%U' -- "$p"; stat -L -c %u -- "$p" 2>/dev/null || echo -; readlink -n -- "$p"
  fi
  printf '\\000'
done`;
  },
  parse({ stdout, code }, paths) {
    const sections = stdout.toString('utf8').split('\0');
    if (code !== 0 || sections.length !== paths.length + 1)
      throw new LookError('the host did not say which directories are links');
    return paths.map((path, index) => readLink(path, sections[index] as string));
  },
  predict: predictLink,
};

/** Asks whether a path is a link, and where it leads. */
export function linkLook(path: string): HostLook<LinkState | undefined> {
  return hostLook(linkKind, path, path);
}

function readLink(path: string, section: string): LinkState | undefined {
  if (section === '') return undefined;
  const [, uid, name, lead, target] = /^(\d+):(\S+)\n(\d+|-)\n(.+)$/s.exec(section) ?? [];
  if (uid === undefined || name === undefined || target === undefined)
    throw new LookError(`the link ${path} cannot be read`);
  return { target, owner: name === 'UNKNOWN' ? uid : name, leadsToOwn: uid === lead };
}

function predictLink(path: string, overlay: Overlay): Prediction<LinkState | undefined> | undefined {
  const found = overlay.path(path);
  if (found === undefined) return undefined;
  if ('absent' in found) return { value: undefined };
  const state = 'inTree' in found ? found.inTree.state : found.effect.state;
  if (!state.exists || state.type !== 'link') return { value: undefined };
  if (state.target === undefined) return { unknown: `${path} is made by an earlier step` };
  // What a playbook lays it may follow.
  return { value: { target: state.target, owner: state.owner, leadsToOwn: true } };
}
