import { type Diagnostic, hasErrors } from '../documents/diagnostic.ts';
import { parseYamlDocument, readYamlFile } from '../documents/yaml.ts';
import type { Json } from '../engine/json.ts';

export interface ExtraVars {
  readonly values: Readonly<Record<string, Json>>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the values of `-e`, the later ones winning: `key=value` (the value is text), `@file.yml`, or a mapping
 * in JSON or YAML between braces.
 */
export function readExtraVars(given: readonly string[]): ExtraVars {
  const values: Record<string, Json> = {};
  const diagnostics: Diagnostic[] = [];
  for (const text of given) {
    const read = readOne(text);
    diagnostics.push(...read.diagnostics);
    Object.assign(values, read.values);
  }
  return { values, diagnostics };
}

function readOne(text: string): ExtraVars {
  const trimmed = text.trim();
  if (trimmed.startsWith('@'))
    return fromDocument(readYamlFile(trimmed.slice(1), trimmed.slice(1)), trimmed.slice(1));
  if (trimmed.startsWith('{'))
    return fromDocument(parseYamlDocument(trimmed, '--extra-vars'), '--extra-vars');
  const pair = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text);
  if (pair !== null && / [A-Za-z_][A-Za-z0-9_]*=/.test(pair[2]!)) {
    return problem(
      `"${text}" looks like several variables`,
      `give each its own -e; if it is one value, write it as JSON: -e '${JSON.stringify({ [pair[1]!]: pair[2] })}'`,
    );
  }
  if (pair !== null) return { values: { [pair[1]!]: pair[2]! }, diagnostics: [] };
  return problem(`"${text}" is no variable`, 'write -e key=value, -e @file.yml or -e \'{"key": ["value"]}\'');
}

function fromDocument(parsed: ReturnType<typeof parseYamlDocument>, name: string): ExtraVars {
  const { document, diagnostics } = parsed;
  if (document === undefined || hasErrors(diagnostics)) return { values: {}, diagnostics };
  const { value } = document;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { values: value as Readonly<Record<string, Json>>, diagnostics };
  }
  return problem(`${name} holds no mapping of names to values`, 'write one variable a line: key: value');
}

function problem(message: string, hint: string): ExtraVars {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'bad-extra-vars',
    message: `--extra-vars: ${message}`,
    hint,
  };
  return { values: {}, diagnostics: [diagnostic] };
}
