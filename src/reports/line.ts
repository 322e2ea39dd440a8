import { textWidth } from '../documents/text-width.ts';
import { visible } from '../documents/visible.ts';
import { paint, type Style, type Tone } from './style.ts';

/** A piece of a line. Text from hosts and files may hold anything: it is made visible when it is drawn. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

/** One line, laid out before it is coloured, so that widths are right. */
export type Line = readonly Span[];

/** A line from pieces; plain texts have no tone. */
export function line(...parts: readonly (Span | string | undefined)[]): Line {
  return parts.flatMap((part) =>
    part === undefined || part === '' ? [] : [typeof part === 'string' ? { text: part } : part],
  );
}

export function span(text: string, tone: Tone): Span {
  return { text, tone };
}

/** How many columns the line takes when it is drawn. */
export function lineWidth(parts: Line): number {
  return parts.reduce((sum, { text }) => sum + textWidth(visible(text)), 0);
}

/** The line as text, whatever its length. */
export function drawLine(parts: Line, style: Style): string {
  return parts.map(({ text, tone }) => paint(visible(text), tone, style)).join('');
}

/** The line as text of at most `style.width` columns, cut with `…`. */
export function drawCut(parts: Line, style: Style): string {
  const safe = parts.map((part) => ({ ...part, text: visible(part.text) }));
  if (lineWidth(safe) <= style.width) return drawLine(safe, style);
  let room = style.width - textWidth(style.symbols.cut);
  const kept: Span[] = [];
  for (const part of safe) {
    const text = takeColumns(part.text, room);
    kept.push({ ...part, text });
    room -= textWidth(text);
    if (text.length < part.text.length) break;
  }
  return drawLine([...kept, { text: style.symbols.cut, tone: 'dim' }], style);
}

/** The line as one or more texts of at most `style.width` columns; the later ones begin with `hang` blanks. */
export function drawWrapped(parts: Line, style: Style, hang: number): readonly string[] {
  const words = parts.flatMap(({ text, tone }) =>
    (visible(text).match(/ +|[^ ]+/g) ?? []).map((word) => ({ text: word, ...(tone ? { tone } : {}) })),
  );
  const rows: Span[][] = [[]];
  let used = 0;
  for (const word of words) {
    for (const piece of pieces(word, style.width - hang)) {
      const width = textWidth(piece.text);
      if (used + width > style.width && used > hang) {
        rows.push([]);
        used = hang;
        if (piece.text.trim() === '') continue;
      }
      rows.at(-1)!.push(piece);
      used += width;
    }
  }
  return rows.map((row, index) => `${index > 0 ? ' '.repeat(hang) : ''}${drawLine(trimEnd(row), style)}`);
}

/** As much of a text as fits into so many columns. */
export function takeColumns(text: string, columns: number): string {
  let used = 0;
  let taken = '';
  for (const character of text) {
    used += textWidth(character);
    if (used > columns) break;
    taken += character;
  }
  return taken;
}

/** A word that is wider than a row (a path, a hash) is broken into pieces that fit. */
function pieces(word: Span, columns: number): readonly Span[] {
  if (textWidth(word.text) <= columns) return [word];
  const parts: Span[] = [];
  for (let rest = word.text; rest !== ''; ) {
    const text = takeColumns(rest, Math.max(8, columns)) || rest;
    parts.push({ ...word, text });
    rest = rest.slice(text.length);
  }
  return parts;
}

function trimEnd(row: readonly Span[]): readonly Span[] {
  const kept = [...row];
  while (kept.at(-1)?.text.trim() === '') kept.pop();
  return kept;
}
