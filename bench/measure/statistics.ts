/** The middle of some figures and the ends of their range. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** How many figures there were. */
  readonly count: number;
}

/** @throws RangeError when there are no figures. */
export function median(figures: readonly number[]): number {
  if (figures.length === 0) throw new RangeError('no figures to take the median of');
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** Undefined when there are no figures. */
export function spread(figures: readonly number[]): Spread | undefined {
  if (figures.length === 0) return undefined;
  return {
    median: median(figures),
    low: Math.min(...figures),
    high: Math.max(...figures),
    count: figures.length,
  };
}

/**
 * How many times the baseline's figure each figure is, round by round: what slows the machine down for a while slows
 * both of a round, so these ratios are steadier than the figures. Rounds that one of them has not run are left out.
 *
 * @param figures by round; undefined where a round was not run.
 */
export function pairwiseRatios(
  figures: readonly (number | undefined)[],
  baseline: readonly (number | undefined)[],
): readonly number[] {
  return figures.flatMap((figure, round) => {
    const other = baseline[round];
    return figure === undefined || other === undefined || other === 0 ? [] : [figure / other];
  });
}
