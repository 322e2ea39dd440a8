import { readFileSync } from 'node:fs';
import { EVENT_ID, type Event, parseEvents, YAMLException } from 'js-yaml';
import { keepClearPasswords } from './clear-passwords.ts';
import { type Composed, type ComposeProblem, compose } from './compose.ts';
import { decodeUtf8 } from './decode.ts';
import type { Diagnostic, SourceText } from './diagnostic.ts';
import { discreet } from './discreet.ts';
import { fileProblem } from './file-problem.ts';
import { createLineIndex } from './line-index.ts';
import { plainEvents } from './plain-events.ts';
import { createSourceDocument, type SourceDocument } from './source-document.ts';
import type { TagReader } from './tags.ts';
import { syntaxProblem } from './yaml-error.ts';

export interface ParsedDocument {
  /** Missing when the text could not be read; then `diagnostics` says why. */
  readonly document?: SourceDocument;
  readonly diagnostics: readonly Diagnostic[];
}

/** How a text is to be read. */
export interface ParseOptions {
  /** Nothing of the text may be shown. */
  readonly secret?: boolean;
  readonly readTag?: TagReader;
}

/** Reads a file: `readYamlFile`, or one that also opens what is encrypted. */
export type DocumentReader = (path: string, name: string) => ParsedDocument;

/**
 * Reads one YAML 1.2 document (JSON is a subset) with merge keys. Never throws. `file` is used in messages only.
 * An empty document has the value null. With warnings only, there is a document.
 */
export function parseYamlDocument(
  source: string | Uint8Array,
  file: string,
  options: ParseOptions = {},
): ParsedDocument {
  const decoded = decodeUtf8(source);
  if (!decoded.ok) {
    const { message, hint } = decoded;
    return { diagnostics: [{ severity: 'error', code: 'not-utf8', message, hint, file }] };
  }
  const { text } = decoded;
  const { secret = false, readTag } = options;
  const { root, problems } = parse(text, readTag);
  const diagnostics = toDiagnostics({ file, text, ...(secret ? { secret } : {}) }, problems);
  if (problems.some((problem) => problem.severity !== 'warning')) {
    keepClearPasswords(text);
    return { diagnostics };
  }
  return { document: createSourceDocument(file, text, root, secret), diagnostics };
}

/** Reads the file at `path`; a file that cannot be read is a diagnostic. `name` is shown instead of `path`. */
export function readYamlFile(path: string, name: string = path): ParsedDocument {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return { diagnostics: [fileProblem(error, name)] };
  }
  return parseYamlDocument(bytes, name);
}

function parse(text: string, readTag: TagReader | undefined): Composed {
  let events: readonly Event[];
  try {
    events = plainEvents(text) ?? parseEvents(text, {});
  } catch (error) {
    if (error instanceof YAMLException) return { problems: [syntaxProblem(text, error)] };
    throw error;
  }
  const second = secondDocument(text, events);
  return second ? { problems: [second] } : compose(text, events, readTag);
}

function secondDocument(text: string, events: readonly Event[]): ComposeProblem | undefined {
  const index = events.findIndex((event, at) => at > 0 && event.type === EVENT_ID.DOCUMENT);
  if (index < 0) return undefined;
  const before = events[index + 1];
  const from =
    before && 'start' in before ? before.start : before && 'valueStart' in before ? before.valueStart : -1;
  const marker = from < 0 ? text.lastIndexOf('---') : text.lastIndexOf('---', from);
  const start = Math.max(0, marker);
  return {
    code: 'several-documents',
    message: 'a second document begins here; only one is allowed in a file',
    hint: 'put it in a file of its own, or remove the `---`',
    start,
    end: start + 3,
  };
}

function toDiagnostics(source: SourceText, problems: readonly ComposeProblem[]): readonly Diagnostic[] {
  if (problems.length === 0) return [];
  const { file, text } = source;
  const lines = createLineIndex(text);
  function place(start: number, end: number) {
    return { file, source, range: lines.range(start, end) };
  }
  const told = source.secret === true ? problems.map(discreet) : problems;
  return told.map(({ severity, code, message, hint, start, end, related }): Diagnostic => {
    const base = { severity: severity ?? ('error' as const), code, message, ...place(start, end) };
    const notes = related && [{ message: related.message, ...place(related.start, related.end) }];
    return { ...base, ...(hint === undefined ? {} : { hint }), ...(notes ? { related: notes } : {}) };
  });
}
