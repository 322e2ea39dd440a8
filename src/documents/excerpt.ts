import { knownSecrets } from '../secrets/known.ts';
import type { Range } from './diagnostic.ts';
import { textWidth } from './text-width.ts';
import { visible } from './visible.ts';

const TAB_STOP = 4;
const CUT = '…';
/** Characters before and behind what is shown that are searched for secrets. */
const LONGEST_SECRET = 1000;

export interface Excerpt {
  /** The source line, safe for a terminal, cut to the width around the place. */
  readonly line: string;
  /** Spaces and a mark such as `^~~~` that stands under the place. */
  readonly marks: string;
}

interface Cell {
  readonly text: string;
  readonly width: number;
  /** Offset in the line of the character that it shows. */
  readonly at: number;
}

/** The first line of a range and the mark under it. `width` is in terminal columns. */
export function excerpt(text: string, range: Range, width: number): Excerpt {
  const lineStart = range.start.offset - (range.start.column - 1);
  // Of a very long line only what is near: there may be as many places in it as it has words.
  const near = 2 * Math.max(20, width);
  const whole = lineAt(text, lineStart, range.start.offset, 4 * near + LONGEST_SECRET);
  const cutOff = nearStart(whole, range.start.offset - lineStart, near);
  // What is cut off of a secret would hide the rest of it from the masks.
  const begin = Math.max(0, cutOff - LONGEST_SECRET);
  const around = knownSecrets.blot(whole.slice(begin, cutOff + 2 * near + LONGEST_SECRET));
  const line = around.slice(cutOff - begin, cutOff - begin + 2 * near);
  const from = range.start.offset - lineStart - cutOff;
  const to = Math.max(from + 1, Math.min(range.end.offset - lineStart - cutOff, line.length));
  const cells = toCells(line);
  const first = Math.min(indexOf(cells, from), cells.length);
  const last = Math.max(first + 1, indexOf(cells, to));
  return cut(cells, first, last, Math.max(20, width));
}

/** Where the part of a line begins that is looked at for a place in it; no character is cut in half. */
function nearStart(line: string, place: number, near: number): number {
  const start = line.length > 2 * near ? Math.max(0, place - near) : 0;
  return start > 0 && /[\udc00-\udfff]/.test(line[start] ?? '') ? start + 1 : start;
}

/** A line as far as so many characters behind a place in it. */
function lineAt(text: string, start: number, place: number, behind: number): string {
  const rest = text.slice(Math.max(start, place), place + behind);
  const end = rest.search(/[\r\n]/);
  return text.slice(start, Math.max(start, place) + (end < 0 ? rest.length : end));
}

function toCells(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let at = 0;
  for (const character of line) {
    const shown = character === '\t' ? ' '.repeat(TAB_STOP - (column % TAB_STOP)) : visible(character);
    const width = textWidth(shown);
    cells.push({ text: shown, width, at });
    column += width;
    at += character.length;
  }
  return cells;
}

function indexOf(cells: readonly Cell[], offset: number): number {
  const index = cells.findIndex((cell) => cell.at >= offset);
  return index < 0 ? cells.length : index;
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}

function cut(cells: readonly Cell[], first: number, last: number, width: number): Excerpt {
  let from = 0;
  let to = cells.length;
  if (widthOf(cells) > width) {
    // Keep a third of the width before the place, so that its key is seen too.
    from = first;
    let room = Math.floor(width / 3);
    while (from > 0 && room >= cells[from - 1]!.width) room -= cells[--from]!.width;
    to = from;
    room = width - 2;
    while (to < cells.length && room >= cells[to]!.width) room -= cells[to++]!.width;
  }
  const before = from > 0 ? CUT : '';
  const after = to < cells.length ? CUT : '';
  const shown = cells.slice(from, to);
  const indent = textWidth(before) + widthOf(cells.slice(from, first));
  const marked = widthOf(cells.slice(first, Math.min(last, to)));
  return {
    line: before + shown.map((cell) => cell.text).join('') + after,
    marks: `${' '.repeat(indent)}^${'~'.repeat(Math.max(0, marked - 1))}`,
  };
}
