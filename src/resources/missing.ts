import { fail, Unpredictable, type View } from '../engine/view.ts';

/**
 * Ends a comparison because something is not there that no earlier step is known to bring. When an earlier step may
 * bring anything (a command, packages), whether that is so is known only at apply.
 */
export function failMissing(view: View, message: string, hint?: string): never {
  const [maybe] = view.overlay.anything();
  if (maybe !== undefined) throw new Unpredictable(`${message}, unless it is brought by ${maybe.reason}`);
  return fail(message, hint);
}
