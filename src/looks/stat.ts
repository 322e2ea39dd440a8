import type { PathState } from '../engine/effect.ts';
import { askedAs, type HostLook, type HostLookKind, hostLook, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { ownersToCome } from './owners-to-come.ts';
import { type PathQuery, pathsKind } from './paths.ts';

/** What is at a path (not following a link at its end). */
const statKind: HostLookKind<string, PathState> = {
  name: 'stat',
  ...askedAs(pathsKind, (path: string): PathQuery => ({ path, asks: 'state' })),
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
