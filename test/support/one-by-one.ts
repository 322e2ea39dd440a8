/** A value for which something does not hold, and what was found. */
export interface Culprit<Value> {
  readonly values: readonly Value[];
  readonly found: string;
}

/**
 * Tries many values at a time. A batch for which something does not hold is tried in halves, until one value is left that it
 * does not hold for by itself; where both halves are fine, they are told together.
 *
 * @param tryAll says what is wrong.
 * @returns undefined where nothing is.
 */
export async function culpritOf<Value>(
  values: readonly Value[],
  size: number,
  tryAll: (batch: readonly Value[]) => Promise<string | undefined>,
): Promise<Culprit<Value> | undefined> {
  for (let start = 0; start < values.length; start += size) {
    const batch = values.slice(start, start + size);
    const found = await tryAll(batch);
    if (found === undefined) continue;
    const inHalves =
      batch.length === 1 ? undefined : await culpritOf(batch, Math.ceil(batch.length / 2), tryAll);
    return inHalves ?? { values: batch, found };
  }
  return undefined;
}
