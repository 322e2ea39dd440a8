import type { Diagnostic } from '../../src/documents/diagnostic.ts';
import { formatDiagnostics } from '../../src/documents/format.ts';
import type { Random } from './random.ts';

/** Something that reads what others have written. */
export interface FuzzTarget {
  readonly name: string;
  /** Valid inputs, from which others are made. */
  readonly corpus: readonly Buffer[];
  /** Words that mean something to it. */
  readonly words: readonly string[];
  /** Reads an input. Throws when what comes of it is no answer: neither a value nor a diagnostic with a place. */
  run(input: Buffer, random: Random): void;
}

/** So much a user may be told, in characters. */
const MOST = 4 * 1024 * 1024;

/** What is no fault of one place in a file: the message names the option, or all plays. */
const OF_NO_FILE = new Set(['bad-extra-vars', 'no-hosts']);

/** Throws for a diagnostic that says nothing or has no place, or that cannot be shown. */
export function requireTellable(diagnostics: readonly Diagnostic[]): void {
  for (const { severity, code, message, file, range, source } of diagnostics) {
    if (message.trim() === '') throw new Error('a diagnostic without a message');
    if ((file === undefined || file === '') && !OF_NO_FILE.has(code))
      throw new Error(`a diagnostic without a file: ${severity} ${message}`);
    if (range === undefined) continue;
    const { start, end } = range;
    const lines = (source?.text ?? '').split(/\r\n|\n|\r/).length;
    const valid =
      start.line >= 1 &&
      start.column >= 1 &&
      start.offset >= 0 &&
      end.offset >= start.offset &&
      end.line >= start.line;
    if (!valid || (source !== undefined && end.line > lines)) {
      throw new Error(
        `a diagnostic with an impossible place: ${JSON.stringify(range)} of ${lines} lines: ${message}`,
      );
    }
  }
  const text = formatDiagnostics(diagnostics);
  if (text.length > MOST) throw new Error(`${text.length} characters of diagnostics`);
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(text))
    throw new Error(`a control character in what is shown: ${JSON.stringify(text.slice(0, 2000))}`);
}
