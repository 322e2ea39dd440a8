import type { ErrorObject, ValidateFunction } from 'ajv';
import { suggestedKey } from './schema-messages.ts';

type Reducer = (errors: readonly ErrorObject[]) => readonly ErrorObject[];

/** Keywords that only say that something inside them failed. */
const SUMMARIES = new Set(['if', '$ref', 'allOf', 'dependentSchemas', 'propertyNames']);

/**
 * For `anyOf` and `oneOf` a validator reports the failures of every branch. What helps is the branch that the writer
 * meant: the one that fits best. This keeps its errors and drops the others'.
 */
export function createErrorReducer(schema: object, compile: (pointer: string) => ValidateFunction): Reducer {
  let pointers: ReadonlyMap<unknown, string> | undefined;

  function reduce(errors: readonly ErrorObject[]): readonly ErrorObject[] {
    let rest: readonly ErrorObject[] = errors.filter((error) => !SUMMARIES.has(error.keyword));
    const chosen: ErrorObject[] = [];
    // Outer choices come first: they swallow the choices inside their branches.
    const choices = rest.filter(isChoice).sort((a, b) => a.instancePath.length - b.instancePath.length);
    for (const choice of choices) {
      if (!rest.includes(choice)) continue;
      const branches = branchErrors(choice);
      const inside = new Set(branches.flat().map((error) => identity(error, choice.instancePath)));
      rest = rest.filter((error) => error !== choice && !inside.has(identity(error)));
      chosen.push(...bestBranch(choice, branches).map((error) => moved(error, choice.instancePath)));
    }
    return withoutDoubles([...rest, ...chosen]);
  }

  /** Raw errors of each branch, relative to the value of the choice. */
  function branchErrors(choice: ErrorObject): readonly (readonly ErrorObject[])[] {
    pointers ??= pointersOf(schema);
    const pointer = pointers.get(choice.parentSchema);
    if (pointer === undefined) throw new Error('a choice outside the schema');
    const branches = choice.schema as readonly unknown[];
    return branches.map((_, index) => {
      const validate = compile(`${pointer}/${choice.keyword}/${index}`);
      return validate(choice.data) ? [] : [...(validate.errors ?? [])];
    });
  }

  function bestBranch(
    choice: ErrorObject,
    branches: readonly (readonly ErrorObject[])[],
  ): readonly ErrorObject[] {
    // oneOf with several fitting branches: no branch is wrong, the choice is.
    if (branches.some((errors) => errors.length === 0)) return [{ ...choice, instancePath: '' }];
    const reduced = branches.map(reduce);
    const scores = reduced.map(score);
    const best = Math.min(...scores);
    if (best >= WRONG_TYPE || reduced.every(isOnlyEnum)) return [combined(choice, reduced)];
    return reduced[scores.indexOf(best)]!;
  }

  return reduce;
}

const WRONG_TYPE = 10_000;
const UNKNOWN_KEY = new Set(['additionalProperties', 'unevaluatedProperties']);

/** How far the value is from a branch. A wrong type is far; a wrong name of a kind is further than a missing key. */
function score(errors: readonly ErrorObject[]): number {
  let sum = 0;
  for (const error of errors) {
    const { instancePath, keyword } = error;
    const depth = instancePath.split('/').length - 1;
    if (keyword === 'type' && depth === 0) return WRONG_TYPE;
    if (keyword === 'const' || (keyword === 'enum' && depth <= 1)) sum += 100;
    else if (keyword === 'required') sum += 20;
    // A misspelled key speaks for the branch that has it.
    else if (UNKNOWN_KEY.has(keyword)) sum += suggestedKey(error) === undefined ? 10 : 3;
    else sum += 5;
  }
  return sum;
}

function isOnlyEnum(errors: readonly ErrorObject[]): boolean {
  return errors.every(
    (error) => error.instancePath === '' && (error.keyword === 'enum' || error.keyword === 'const'),
  );
}

/** One error that names what all the branches would take. */
function combined(choice: ErrorObject, branches: readonly (readonly ErrorObject[])[]): ErrorObject {
  const here = branches.flat().filter((error) => error.instancePath === '');
  const types = here
    .filter((error) => error.keyword === 'type')
    .flatMap((error) => error.params.type as string);
  const values = here.flatMap((error): readonly unknown[] =>
    error.keyword === 'enum' ? error.params.allowedValues : error.keyword === 'const' ? [error.schema] : [],
  );
  const params = { type: [...new Set(types)], allowedValues: [...new Set(values)] };
  return { ...choice, keyword: 'choice', instancePath: '', params };
}

function isChoice(error: ErrorObject): boolean {
  return error.keyword === 'anyOf' || error.keyword === 'oneOf';
}

function moved(error: ErrorObject, prefix: string): ErrorObject {
  return { ...error, instancePath: prefix + error.instancePath };
}

const schemaIds = new WeakMap<object, number>();
let nextId = 0;

/** The same failure of the same rule, whichever run of the validator found it. */
function identity(error: ErrorObject, prefix = ''): string {
  const rule = error.parentSchema as object | boolean;
  // `false` as a schema is no object, and its path tells which one it is.
  if (typeof rule === 'boolean') return JSON.stringify([error.keyword, prefix + error.instancePath]);
  const id = schemaIds.get(rule) ?? nextId++;
  schemaIds.set(rule, id);
  return JSON.stringify([id, error.keyword, prefix + error.instancePath, error.params]);
}

function withoutDoubles(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const seen = new Set<string>();
  return errors.filter((error) => {
    const key = JSON.stringify([error.instancePath, error.keyword, error.params]);
    return !seen.has(key) && seen.add(key);
  });
}

function pointersOf(schema: object): ReadonlyMap<unknown, string> {
  const found = new Map<unknown, string>();
  function walk(value: unknown, pointer: string): void {
    if (typeof value !== 'object' || value === null) return;
    found.set(value, pointer);
    for (const [key, part] of Object.entries(value)) walk(part, `${pointer}/${escapePointer(key)}`);
  }
  walk(schema, '');
  return found;
}

function escapePointer(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}
