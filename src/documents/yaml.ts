import type { Diagnostic } from './diagnostic.ts';
import type { SourceDocument } from './source-document.ts';

export interface ParsedDocument {
  /** Missing when the text could not be read; then `diagnostics` says why. */
  readonly document?: SourceDocument;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads one YAML 1.2 document (JSON is a subset) with merge keys. Never throws. `file` is used in messages only. */
export function parseYamlDocument(_text: string | Uint8Array, _file: string): ParsedDocument {
  throw new Error('not written yet');
}

/** Reads the file at `path`; a file that cannot be read is a diagnostic. `name` is shown instead of `path`. */
export function readYamlFile(_path: string, _name: string = _path): ParsedDocument {
  throw new Error('not written yet');
}
