import type { Diagnostic, Position, Range, SourceText } from '../../src/documents/diagnostic.ts';
import { formatDiagnostics } from '../../src/documents/format.ts';

/** So much a user may be told, in characters. */
const MOST = 16 * 1024 * 1024;

/** What is no fault of one place in a file: the message names the option, or all plays. */
const OF_NO_FILE = new Set(['bad-extra-vars', 'no-hosts']);
/** What is wrong with a file as a whole. */
const OF_NO_PLACE = new Set([
  ...OF_NO_FILE,
  'file-not-found',
  'file-unreadable',
  'not-utf8',
  'encrypted',
  'part-unfinished',
  'part-missing',
]);
/** So many places are looked at one by one. */
const LOOKED_AT = 40;

/**
 * Throws for a diagnostic that says nothing or has no place in the file, or that cannot be shown.
 *
 * @param lineEnd what ends a line of the file. Default: as YAML has it.
 */
export function requireTellable(
  diagnostics: readonly Diagnostic[],
  lineEnd: 'yaml' | 'line feed' = 'yaml',
): void {
  for (const [at, diagnostic] of diagnostics.entries()) {
    const { severity, code, message, file, range, source, related = [] } = diagnostic;
    const told = `${severity} ${code}: ${message.slice(0, 500)}`;
    if (message.trim() === '') throw new Error(`a diagnostic without a message: ${code}`);
    if ((file === undefined || file === '') && !OF_NO_FILE.has(code))
      throw new Error(`a diagnostic without a file: ${told}`);
    if (range === undefined && !OF_NO_PLACE.has(code))
      throw new Error(`a diagnostic without a place: ${told}`);
    if (at > LOOKED_AT) continue;
    for (const place of [{ range, source }, ...related]) {
      if (place.range !== undefined) requirePlace(place.range, place.source, told, lineEnd);
    }
  }
  const text = formatDiagnostics(diagnostics);
  if (text.length > MOST) throw new Error(`${text.length} characters of diagnostics`);
  const unsafe = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u.exec(text);
  if (unsafe !== null)
    throw new Error(`${JSON.stringify(unsafe[0])} in what is shown: ${JSON.stringify(text.slice(0, 2000))}`);
}

function requirePlace(
  { start, end }: Range,
  source: SourceText | undefined,
  told: string,
  lineEnd: 'yaml' | 'line feed',
): void {
  const wrong = (why: string): Error =>
    new Error(`an impossible place (${why}), ${JSON.stringify({ start, end })}: ${told}`);
  for (const { line, column, offset } of [start, end]) {
    if (!(line >= 1 && column >= 1 && offset >= 0)) throw wrong('before the beginning');
  }
  if (end.offset < start.offset || end.line < start.line) throw wrong('it ends before it begins');
  if (source === undefined) return;
  for (const position of [start, end]) {
    const { line, column } = positionIn(source.text, position.offset, lineEnd);
    if (position.offset > source.text.length || line !== position.line || column !== position.column)
      throw wrong(`its offset is at ${line}:${column}`);
  }
}

/** Line and column of an offset, counted in another way than by whom it was told. */
function positionIn(text: string, offset: number, lineEnd: 'yaml' | 'line feed'): Omit<Position, 'offset'> {
  if (lineEnd === 'line feed') {
    const lines = text.slice(0, offset).split('\n');
    return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
  }
  // A line ends behind the line feed that follows a carriage return.
  const before = text.slice(0, offset) + (text[offset - 1] === '\r' && text[offset] === '\n' ? 'x' : '');
  const lines = before.split(/\r\n|\n|\r(?!x$)/);
  const last = lines.at(-1) ?? '';
  const half = before.length > offset ? 1 : 0;
  return { line: lines.length, column: last.length - half + 1 };
}
