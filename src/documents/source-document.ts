import type { Range, SourceText } from './diagnostic.ts';

/** The way to a value inside a document: mapping keys and list indexes from the root. */
export type Path = readonly (string | number)[];

/** A parsed file: its value as plain data, and where each part of it stands. */
export interface SourceDocument extends SourceText {
  /** Plain data. Mappings have no prototype, so that no key is special. */
  readonly value: unknown;
  /** Where the value (or its key) stands. A path that is not there gives its nearest existing parent. */
  locate(path: Path, what?: 'key' | 'value'): Range;
  /** Where characters `start` to `end` of the text at `path` stand; the whole value when they cannot be told apart. */
  locateWithin(path: Path, start: number, end: number): Range;
  /** The scalar as written, without quotes being resolved: `0644` stays `0644`. Undefined when it is no scalar. */
  scalarText(path: Path): string | undefined;
}
