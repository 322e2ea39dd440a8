import type { Diagnostic, RelatedPlace } from '../documents/diagnostic.ts';
import type { Path, SourceDocument } from '../documents/source-document.ts';
import type { Origin } from '../engine/playbook.ts';

/** A part of a document that something is said about. */
export interface Place {
  readonly document: SourceDocument;
  readonly path: Path;
  /** Stand at the key instead of the value. */
  readonly at?: 'key';
}

export interface ProblemText {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly severity?: 'warning';
  readonly related?: readonly RelatedPlace[];
}

/** A diagnostic at a place. */
export function problemAt({ document, path, at }: Place, text: ProblemText): Diagnostic {
  const { code, message, hint, severity = 'error', related } = text;
  return {
    severity,
    code,
    message,
    file: document.file,
    source: document,
    range: document.locate(path, at),
    ...(hint === undefined ? {} : { hint }),
    ...(related === undefined ? {} : { related }),
  };
}

/** A diagnostic at something already compiled. */
export function problemAtOrigin({ file, range, source }: Origin, text: ProblemText): Diagnostic {
  const { code, message, hint, severity = 'error', related } = text;
  return {
    severity,
    code,
    message,
    file,
    range,
    ...(source === undefined ? {} : { source }),
    ...(hint === undefined ? {} : { hint }),
    ...(related === undefined ? {} : { related }),
  };
}

/** Where a part of a document stands, to be kept without the document's tree. */
export function originOf({ document, path, at }: Place): Origin {
  return { file: document.file, range: document.locate(path, at), source: document };
}

/** A mention of a place in another diagnostic. */
export function relatedTo(origin: Origin, message: string): RelatedPlace {
  const { file, range, source } = origin;
  return { message, file, range, ...(source === undefined ? {} : { source }) };
}
