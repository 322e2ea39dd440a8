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
  const { lines, offsets } = linesOf(source);
  const text = (lines[line - 1] ?? '').trimEnd();
  const begin = text.length - text.trimStart().length;
  const before = offsets[line - 1] ?? 0;
  const at = (index: number) => ({ line, column: index + 1, offset: before + index });
  return { file: source.file, source, range: { start: at(begin), end: at(text.length) } };
}

interface Lines {
  readonly lines: readonly string[];
  /** Where each begins. */
  readonly offsets: readonly number[];
}

/** By the text that they are of: every line of a long file may be wrong. */
const known = new WeakMap<SourceText, Lines>();

function linesOf(source: SourceText): Lines {
  let found = known.get(source);
  if (found === undefined) {
    const lines = source.text.split('\n');
    let next = 0;
    const offsets = lines.map(({ length }) => {
      const offset = next;
      next += length + 1;
      return offset;
    });
    found = { lines, offsets };
    known.set(source, found);
  }
  return found;
}
