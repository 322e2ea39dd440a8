import { fail } from '../failure.ts';
import type { View } from '../view.ts';

/**
 * Ends the comparison of a step that would cut this controller off: the proof on paper. With `--no-guard` whoever runs it has
 * another way in, and wants it: the reason is kept as a note.
 */
export function refuseLockout(view: View, message: string, hint: string): void {
  if (view.guarded) fail(message, hint);
  view.overruled.push(message);
}
