/** Where figures lie on an axis of a plot. */
export interface Scale {
  /** The place of a figure, in the plot's units. */
  readonly place: (figure: number) => number;
  /** Figures that are worth a mark, in ascending order. */
  readonly marks: readonly number[];
}

/**
 * An axis on which equal differences are equally long.
 *
 * @param most the largest figure; the axis begins at 0.
 * @param from, to places of its ends.
 */
export function linearScale(most: number, from: number, to: number): Scale {
  const step = roundStep(most / 5);
  const end = Math.ceil(most / step - 1e-9) * step;
  return {
    place: (figure) => from + (figure / end) * (to - from),
    marks: Array.from({ length: Math.round(end / step) + 1 }, (_, i) => Number((i * step).toPrecision(12))),
  };
}

/**
 * An axis on which equal ratios are equally long, with marks at 1, 2, 5, 10, 20, 50 …
 *
 * @throws RangeError when a figure is not above 0.
 */
export function logScale(least: number, most: number, from: number, to: number): Scale {
  if (!(least > 0 && most >= least)) throw new RangeError(`no logarithmic axis from ${least} to ${most}`);
  const low = markBelow(least);
  const high = markAbove(most);
  const length = Math.log(high / low) || 1;
  const marks = [low];
  while ((marks.at(-1) as number) < high) marks.push(nextMark(marks.at(-1) as number));
  return { place: (figure) => from + (Math.log(figure / low) / length) * (to - from), marks };
}

/** The smallest of 1, 2, 5, 10 … that is not below. */
function roundStep(step: number): number {
  const decade = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((one) => one * decade >= step * (1 - 1e-9)) as number;
  return Number((factor * decade).toPrecision(12));
}

function markAbove(figure: number): number {
  return roundStep(figure);
}

function markBelow(figure: number): number {
  const above = roundStep(figure);
  if (above <= figure) return above;
  return Number((above / (firstDigit(above) === 5 ? 2.5 : 2)).toPrecision(12));
}

function nextMark(mark: number): number {
  return Number((mark * (firstDigit(mark) === 2 ? 2.5 : 2)).toPrecision(12));
}

function firstDigit(mark: number): number {
  return Number(mark.toExponential()[0]);
}
