import type { PresentPath } from '../engine/effect.ts';

/** Which file it was that was looked at: `device:inode`. Undefined when it was predicted. */
export function inodeOf(state: PresentPath): string | undefined {
  return state.identity?.split(':', 2).join(':');
}
