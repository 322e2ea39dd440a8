import type { PresentPath } from '../engine/effect.ts';

/** What stands at a path, for the `before` of a change. */
export function describeState(state: PresentPath): string {
  return state.type === 'link' ? `link to ${state.target}` : state.type;
}
