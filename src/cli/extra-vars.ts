import { type Diagnostic, hasErrors } from '../documents/diagnostic.ts';
import {
  type DocumentReader,
  type ParsedDocument,
  parseYamlDocument,
  readYamlFile,
} from '../documents/yaml.ts';
import type { Json } from '../engine/json.ts';
import { originOf } from '../playbook/problem.ts';
import type { ExtraName } from '../playbook/unused-extra.ts';

export interface ExtraVars {
  readonly values: Readonly<Record<string, Json>>;
  /** Each of them once, where it stands last. */
  readonly names: readonly ExtraName[];
  /** Those whose file was encrypted. */
  readonly secret: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads what `-e` names and holds. */
export interface ExtraVarsReader {
  readonly file: DocumentReader;
  readonly text: (text: string, name: string) => ParsedDocument;
}

const PLAIN: ExtraVarsReader = { file: readYamlFile, text: parseYamlDocument };
const NOTHING: ExtraVars = { values: {}, names: [], secret: new Set(), diagnostics: [] };

/**
 * Reads the values of `-e`, the later ones winning: `key=value` (the value is text), `@file.yml`, or a mapping
 * in JSON or YAML between braces.
 */
export function readExtraVars(given: readonly string[], reader: ExtraVarsReader = PLAIN): ExtraVars {
  const values: Record<string, Json> = {};
  const names = new Map<string, ExtraName>();
  const secret = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const text of given) {
    const read = readOne(text, reader);
    diagnostics.push(...read.diagnostics);
    Object.assign(values, read.values);
    for (const one of read.names) {
      names.set(one.name, one);
      secret.delete(one.name);
    }
    for (const name of read.secret) secret.add(name);
  }
  return { values, names: [...names.values()], secret, diagnostics };
}

function readOne(text: string, { file, text: parse }: ExtraVarsReader): ExtraVars {
  const trimmed = text.trim();
  if (trimmed === '@') return problem('a file name must follow the @', 'for example -e @versions.yml');
  if (trimmed.startsWith('@'))
    return fromDocument(file(trimmed.slice(1), trimmed.slice(1)), trimmed.slice(1), true);
  if (trimmed.startsWith('{')) return fromDocument(parse(trimmed, '--extra-vars'), '--extra-vars', false);
  const pair = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text);
  if (pair !== null && / [A-Za-z_][A-Za-z0-9_]*=/.test(pair[2]!)) {
    return problem(
      `"${text}" looks like several variables`,
      `give each its own -e; if it is one value, write it as JSON: -e '${JSON.stringify({ [pair[1]!]: pair[2] })}'`,
    );
  }
  if (pair !== null) {
    return { ...NOTHING, values: { [pair[1]!]: pair[2]! }, names: [{ name: pair[1]! }] };
  }
  return problem(`"${text}" is no variable`, 'write -e key=value, -e @file.yml or -e \'{"key": ["value"]}\'');
}

function fromDocument(
  parsed: ReturnType<typeof parseYamlDocument>,
  file: string,
  isFile: boolean,
): ExtraVars {
  const { document, diagnostics } = parsed;
  if (document === undefined || hasErrors(diagnostics)) return { ...NOTHING, diagnostics };
  const { value } = document;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const names = Object.keys(value).map(
      (name): ExtraName =>
        isFile ? { name, origin: originOf({ document, path: [name], at: 'key' }) } : { name },
    );
    const secret = new Set(document.secret === true ? Object.keys(value) : []);
    return { values: value as Readonly<Record<string, Json>>, names, secret, diagnostics };
  }
  return problem(`${file} holds no mapping of names to values`, 'write one variable a line: key: value');
}

function problem(message: string, hint: string): ExtraVars {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'bad-extra-vars',
    message: `--extra-vars: ${message}`,
    hint,
  };
  return { ...NOTHING, diagnostics: [diagnostic] };
}
