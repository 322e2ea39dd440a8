/** A place in a text. `line` and `column` count from 1 (columns in UTF-16 units); `offset` counts from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** From `start` up to, not including, `end`. An empty range is a point. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A text and the name it is shown under. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** It was encrypted: places in it are named, and none of it is shown. */
  readonly secret?: boolean;
}

/** A second place that a diagnostic speaks of, such as the first of two equal keys. */
export interface RelatedPlace {
  readonly message: string;
  readonly file?: string;
  readonly range?: Range;
  readonly source?: SourceText;
}

/** Something wrong in what the user wrote: what, where, and how to mend it. Data; never thrown. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Stable, kebab-case; for tests and tools. */
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly range?: Range;
  readonly hint?: string;
  /** The text that holds `range`: without it the place is named, but its line is not shown. */
  readonly source?: SourceText;
  readonly related?: readonly RelatedPlace[];
}

/** Whether any of them is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
