import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { createAjv } from './ajv.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type QuickCheck, quickCheck } from './precompiled.ts';
import { createErrorReducer } from './schema-branches.ts';
import { describeExclusive, exclusiveKeys } from './schema-exclusive.ts';
import { describeProblem, pathOf, suggestedKey } from './schema-messages.ts';
import { type Path, type SourceDocument, valueAt } from './source-document.ts';

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
export function compileSchema(schema: JsonSchema): Validator {
  let compiled: Compiled | undefined;
  let quick: QuickCheck | false | undefined;

  function validate(document: SourceDocument, path: Path = [], given?: unknown): readonly Diagnostic[] {
    const value = given === undefined ? valueAt(document.value, path) : given;
    quick ??= quickCheck(schema) ?? false;
    if (quick !== false && quick(value)) return [];
    compiled ??= compile(schema);
    const found = compiled.errors(value);
    const { groups, rest } = exclusiveKeys(found);
    return [
      ...groups.map(({ owner, keys }) =>
        describeExclusive(keys, document, [...path, ...pathOf(owner, value)]),
      ),
      ...rest
        .filter((error) => !isMisspelled(error, found))
        .map((error) => describeProblem(error, document, path, value)),
    ];
  }

  return { validate };
}

/** A missing key of which an unknown key beside it is only a misspelling: one message is enough. */
function isMisspelled(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  if (error.keyword !== 'required') return false;
  const { missingProperty } = error.params;
  return all.some(
    (other) =>
      other.instancePath === error.instancePath &&
      other.keyword === 'additionalProperties' &&
      suggestedKey(other) === missingProperty,
  );
}

interface Compiled {
  errors(value: unknown): readonly ErrorObject[];
}

let shared: Ajv2020 | undefined;
let count = 0;

function compile(schema: JsonSchema): Compiled {
  shared ??= createAjv({ allErrors: true, verbose: true });
  const ajv = shared;
  count += 1;
  const root = `provision:schema-${count}`;
  const rooted = { ...schema, $id: root };
  ajv.addSchema(rooted);
  const validate = fragment(ajv, root);
  const reduce = createErrorReducer(rooted, (pointer) => fragment(ajv, `${root}#${pointer}`));
  return {
    errors: (value) => (validate(value) ? [] : reduce(validate.errors ?? [])),
  };
}

function fragment(ajv: Ajv2020, reference: string): ValidateFunction {
  const validate = ajv.getSchema(reference);
  if (!validate) throw new Error(`schema has no ${reference}`);
  return validate as ValidateFunction;
}
