import pico from 'picocolors';
import type { Diagnostic, Range, SourceText } from './diagnostic.ts';
import { excerpt } from './excerpt.ts';
import { visible, visibleLines } from './visible.ts';

export interface FormatOptions {
  readonly color?: boolean;
  /** Columns of the output; longer source lines are cut around the place. Default 100. */
  readonly width?: number;
}

/** One diagnostic as text: headline, source line, squiggle, hint. Holds no control character of the source. */
export function formatDiagnostic(diagnostic: Diagnostic, options: FormatOptions = {}): string {
  const colors = pico.createColors(options.color ?? false);
  const width = options.width ?? 100;
  const tone = diagnostic.severity === 'error' ? colors.red : colors.yellow;
  const parts = [
    `${headline(diagnostic)}${tone(colors.bold(`${diagnostic.severity}:`))} ${visibleLines(diagnostic.message)}`,
    ...sourceLines(diagnostic.source, diagnostic.range, width, tone),
  ];
  for (const related of diagnostic.related ?? []) {
    parts.push(`${headline(related)}${colors.bold('note:')} ${visibleLines(related.message)}`);
    parts.push(...sourceLines(related.source, related.range, width, colors.cyan));
  }
  if (diagnostic.hint !== undefined) parts.push(`${colors.cyan('hint:')} ${visibleLines(diagnostic.hint)}`);
  return parts.join('\n');
}

/** All of them, sorted by file and place, without duplicates, a blank line between two. */
export function formatDiagnostics(list: readonly Diagnostic[], options: FormatOptions = {}): string {
  return sortDiagnostics(list)
    .map((diagnostic) => formatDiagnostic(diagnostic, options))
    .join('\n\n');
}

/**
 * Sorted by file (in the order of first mention) and place, without duplicates. A warning that stands at the very
 * place of an error is left out: the error says more.
 */
export function sortDiagnostics(list: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = new Map<string, number>();
  for (const { file = '' } of list) if (!files.has(file)) files.set(file, files.size);
  const errors = new Set(list.filter((d) => d.severity === 'error' && d.range).map(placeKey));
  const seen = new Set<string>();
  return list
    .filter((diagnostic) => {
      const place = placeKey(diagnostic);
      if (diagnostic.severity === 'warning' && diagnostic.range && errors.has(place)) return false;
      const key = `${place}\0${diagnostic.severity}\0${diagnostic.message}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .sort(
      (a, b) =>
        files.get(a.file ?? '')! - files.get(b.file ?? '')! ||
        (a.range?.start.offset ?? -1) - (b.range?.start.offset ?? -1),
    );
}

function placeKey({ file, range }: Diagnostic): string {
  return `${file ?? ''}\0${range?.start.offset ?? ''}\0${range?.end.offset ?? ''}`;
}

function headline(place: { readonly file?: string; readonly range?: Range }): string {
  if (place.file === undefined) return '';
  const file = visible(place.file);
  if (!place.range) return `${file}: `;
  return `${file}:${place.range.start.line}:${place.range.start.column}: `;
}

function sourceLines(
  source: SourceText | undefined,
  range: Range | undefined,
  width: number,
  tone: (text: string) => string,
): readonly string[] {
  if (!source || !range || source.secret === true) return [];
  const gutter = String(range.start.line).padStart(5);
  const { line, marks } = excerpt(source.text, range, width - gutter.length - 3);
  return [`${gutter} | ${line}`.trimEnd(), `${' '.repeat(gutter.length)} | ${marks.replace(/\S+/, tone)}`];
}
