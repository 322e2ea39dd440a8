import type { Diagnostic } from './diagnostic.ts';

export interface FormatOptions {
  readonly color?: boolean;
  /** Columns of the output; longer source lines are cut around the place. Default 100. */
  readonly width?: number;
}

/** One diagnostic as text: headline, source line, squiggle, hint. Holds no control character of the source. */
export function formatDiagnostic(_diagnostic: Diagnostic, _options: FormatOptions = {}): string {
  throw new Error('not written yet');
}

/** All of them, sorted by file and place, without duplicates, a blank line between two. */
export function formatDiagnostics(_list: readonly Diagnostic[], _options: FormatOptions = {}): string {
  throw new Error('not written yet');
}

/** Sorted by file, place and severity, without duplicates. */
export function sortDiagnostics(_list: readonly Diagnostic[]): readonly Diagnostic[] {
  throw new Error('not written yet');
}
