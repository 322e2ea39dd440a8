import { drawWrapped, type Line } from '../line.ts';
import type { Style } from '../style.ts';

/** A row of the summary: laid out and wrapped when drawn, or a text that is taken as it is (a diff). */
export type Row =
  | {
      readonly kind: 'block';
      readonly line: Line /** Blanks before the wrapped rest. */;
      readonly hang: number;
    }
  | { readonly kind: 'raw'; readonly text: string };

/** Rows that belong together; a blank line stands between two sections. */
export type Section = readonly Row[];

/** A row whose wrapped rest stands four columns deeper. */
export function block(line: Line): Row {
  return { kind: 'block', line, hang: indentOf(line) + 4 };
}

/** A row of prose: its wrapped rest stands under its beginning. */
export function prose(line: Line): Row {
  return { kind: 'block', line, hang: indentOf(line) };
}

export function raw(text: string): Row {
  return { kind: 'raw', text };
}

/** Sections as lines of text. What does not fit is wrapped. */
export function drawSections(sections: readonly Section[], style: Style): readonly string[] {
  const lines: string[] = [];
  for (const section of sections) {
    if (section.length === 0) continue;
    if (lines.length > 0) lines.push('');
    for (const row of section) {
      if (row.kind === 'raw') lines.push(row.text);
      else lines.push(...drawWrapped(row.line, style, row.hang));
    }
  }
  return lines;
}

function indentOf(line: Line): number {
  const text = line.map((part) => part.text).join('');
  return text.length - text.trimStart().length;
}
