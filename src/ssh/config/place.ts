import type { Diagnostic, SourceText } from '../../documents/diagnostic.ts';

/** A line of a configuration file. */
export interface Place {
  readonly source: SourceText;
  /** Counts from 1. */
  readonly line: number;
}

/** `file:line`. */
export function placeText({ source, line }: Place): string {
  return `${source.file}:${line}`;
}

/** The place as a diagnostic names it: the line from its first word to its end. */
export function diagnosticPlace({ source, line }: Place): Pick<Diagnostic, 'file' | 'range' | 'source'> {
  const lines = source.text.split('\n');
  const text = (lines[line - 1] ?? '').trimEnd();
  const begin = text.length - text.trimStart().length;
  const before = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  const at = (index: number) => ({ line, column: index + 1, offset: before + index });
  return { file: source.file, source, range: { start: at(begin), end: at(text.length) } };
}
