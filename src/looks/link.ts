import { askedAs, type HostLook, type HostLookKind, hostLook, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { type LinkState, type PathQuery, pathsKind } from './paths.ts';

/** Whether a path is a link, and where it leads. Asked of every directory above a path that a step names. */
const linkKind: HostLookKind<string, LinkState | undefined> = {
  name: 'link',
  ...askedAs(pathsKind, (path: string): PathQuery => ({ path, asks: 'link' })),
  volatile: () => true,
  predict: predictLink,
  place: { of: (path) => path, at: (_, path) => linkLook(path) },
};

/** Asks whether a path is a link, and where it leads. */
export function linkLook(path: string): HostLook<LinkState | undefined> {
  return hostLook(linkKind, path, path);
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
