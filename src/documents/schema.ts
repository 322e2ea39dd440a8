import type { Diagnostic } from './diagnostic.ts';
import type { Path, SourceDocument } from './source-document.ts';

/** A JSON Schema, draft 2020-12. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

export interface Validator {
  /**
   * Compares `value` (by default the one at `path`, by default the whole document) with the schema.
   * Messages stand at the place in the document; empty when it is valid.
   */
  validate(document: SourceDocument, path?: Path, value?: unknown): readonly Diagnostic[];
}

/** Compiled on first use. Throws when the schema itself is wrong: that is a bug. */
export function compileSchema(_schema: JsonSchema): Validator {
  throw new Error('not written yet');
}
