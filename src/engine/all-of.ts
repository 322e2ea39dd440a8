import { isPending, type PENDING, together } from './failure.ts';

/**
 * Works that look at a host side by side: all of them ask before the first that lacks an answer ends the comparison, so that one
 * trip brings the answers of all.
 *
 * @throws PENDING (handled by the engine) when some answer is not there yet.
 */
export function allOf<Value>(works: readonly (() => Value)[]): readonly Value[] {
  const results: Value[] = [];
  let pending: typeof PENDING | undefined;
  for (const work of works) {
    try {
      results.push(work());
    } catch (error) {
      if (!isPending(error)) throw error;
      // That something is to be changed holds for all of them together.
      pending = pending === undefined ? error : together(pending, error);
    }
  }
  if (pending !== undefined) throw pending;
  return results;
}
