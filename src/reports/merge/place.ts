import type { Diagnostic } from '../../documents/diagnostic.ts';

/** A line of a stream of events. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Something wrong with a stream. */
export function problemAt(
  { file, line }: Place,
  code: string,
  message: string,
  hint?: string,
): Diagnostic & { readonly severity: 'error' } {
  const start = { line, column: 1, offset: line };
  return {
    severity: 'error',
    code,
    message,
    file,
    range: { start, end: start },
    ...(hint === undefined ? {} : { hint }),
  };
}

/** For messages: `part-2.jsonl:1`. */
export function placeText({ file, line }: Place): string {
  return `${file}:${line}`;
}
