import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import type { Diagnostic } from '../documents/diagnostic.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import type { DocumentReader } from '../documents/yaml.ts';
import { type Place, problemAt } from './problem.ts';

/** A file by the name it is shown under and by its absolute path. */
export interface FileName {
  readonly shown: string;
  readonly absolute: string;
}

/** What one call of `loadPlaybooks` shares among its files. */
export interface Loading {
  readonly cwd: string;
  readonly read: DocumentReader;
  readonly diagnostics: Diagnostic[];
  readonly documents: Map<string, SourceDocument | undefined>;
}

export function createLoading(cwd: string, read: DocumentReader): Loading {
  return { cwd, read, diagnostics: [], documents: new Map() };
}

/** A file named on the command line. */
export function givenFile(path: string, { cwd }: Loading): FileName {
  return { shown: normalize(path), absolute: resolve(cwd, path) };
}

/** A file named in another file; relative to that file's folder. */
export function fileBeside(written: string, beside: FileName): FileName {
  if (isAbsolute(written)) return { shown: normalize(written), absolute: normalize(written) };
  return {
    shown: join(dirname(beside.shown), written),
    absolute: resolve(dirname(beside.absolute), written),
  };
}

/** Reads a file once. A file that is missing is told at the place that names it. */
export function readDocument(file: FileName, loading: Loading, namedAt?: Place): SourceDocument | undefined {
  const { documents, diagnostics, read } = loading;
  if (documents.has(file.absolute)) return documents.get(file.absolute);
  const { document, diagnostics: found } = read(file.absolute, file.shown);
  for (const diagnostic of found) {
    if (namedAt === undefined || !UNREADABLE.has(diagnostic.code)) diagnostics.push(diagnostic);
    else {
      const reason = diagnostic.message.replace(/^.*?: /, '');
      const message = `cannot read ${file.shown}: ${reason}`;
      diagnostics.push(problemAt(namedAt, { code: diagnostic.code, message, hint: RELATIVE_HINT }));
    }
  }
  // A missing file is told at each place that names it.
  if (document !== undefined) documents.set(file.absolute, document);
  return document;
}

const UNREADABLE = new Set(['file-not-found', 'file-unreadable']);
const RELATIVE_HINT = 'relative paths begin at the folder of the file that names them';
