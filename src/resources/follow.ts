import type { PathState } from '../engine/effect.ts';
import { fail, type View } from '../engine/view.ts';
import { statLook } from '../looks/stat.ts';
import { linkTarget } from './host-path.ts';

/** Fewer than the kernel follows; nobody builds longer chains on purpose. */
const MAX_LINKS = 8;

/** A place that a path leads to when links are followed, the one at its end too. */
export interface Place {
  readonly path: string;
  readonly state: PathState;
}

/** Follows links, as the steps before this one will leave them. */
export function follow(view: View, path: string): Place {
  let at = path;
  for (let hops = 0; hops <= MAX_LINKS; hops += 1) {
    const [state] = view.see(statLook(at));
    if (!state.exists || state.type !== 'link' || state.target === undefined) return { path: at, state };
    // A relative target starts where the link really stands.
    at = linkTarget(view.realPath(at), state.target);
  }
  return fail(`${path} is a chain of more than ${MAX_LINKS} links on this host`);
}

/** What is at a path when links are followed. */
export function followed(view: View, path: string): PathState {
  return follow(view, path).state;
}
