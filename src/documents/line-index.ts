import type { Position, Range } from './diagnostic.ts';

/** Turns offsets of a text into lines and columns. Lines end at LF, CRLF or CR, as in YAML. */
export interface LineIndex {
  position(offset: number): Position;
  range(start: number, end: number): Range;
}

export function createLineIndex(text: string): LineIndex {
  let starts: readonly number[] | undefined;

  function position(offset: number): Position {
    starts ??= lineStarts(text);
    const at = Math.max(0, Math.min(offset, text.length));
    const line = lastAtOrBefore(starts, at);
    return { line: line + 1, column: at - starts[line]! + 1, offset: at };
  }

  return {
    position,
    range: (start, end) => ({ start: position(start), end: position(Math.max(start, end)) }),
  };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return starts;
}

function lastAtOrBefore(sorted: readonly number[], wanted: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle]! <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
