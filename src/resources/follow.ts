import type { PathState } from '../engine/effect.ts';
import { fail, type View } from '../engine/view.ts';
import { statLook } from '../looks/stat.ts';
import { linkTarget } from './host-path.ts';

/** As deep as the kernel follows links is deeper; nobody builds such chains on purpose. */
const MAX_LINKS = 8;

/** What is at a path when links are followed, as the steps before this one will leave it. */
export function followed(view: View, path: string): PathState {
  let at = path;
  for (let hops = 0; hops <= MAX_LINKS; hops += 1) {
    const [state] = view.see(statLook(at));
    if (!state.exists || state.type !== 'link' || state.target === undefined) return state;
    at = linkTarget(at, state.target);
  }
  return fail(`${path} is a chain of more than ${MAX_LINKS} links on this host`);
}
