import type { ErrorObject } from 'ajv';
import type { Diagnostic } from './diagnostic.ts';
import type { Path, SourceDocument } from './source-document.ts';
import { nearest } from './suggest.ts';
import { alternatives, describeValue, quoted, typeWords } from './yaml-words.ts';

interface Wording {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Stand at the key, or at this member, instead of the value. */
  readonly at?: 'key' | { readonly member: string };
}

/** One error of the validator as a diagnostic at its place. `base` is where the validated `root` stands. */
export function describeProblem(
  error: ErrorObject,
  document: SourceDocument,
  base: Path,
  root: unknown,
): Diagnostic {
  const path = [...base, ...pathOf(error.instancePath, root)];
  const { code, message, hint, at } = wording(error, document, path);
  const range =
    typeof at === 'object' ? document.locate([...path, at.member], 'key') : document.locate(path, at);
  const place = { file: document.file, source: document, range };
  return { severity: 'error', code, message, ...place, ...(hint === undefined ? {} : { hint }) };
}

function wording(error: ErrorObject, document: SourceDocument, path: Path): Wording {
  const { params, data, keyword, propertyName } = error;
  if (propertyName !== undefined) {
    const key = wrongForm({ ...error, data: propertyName }, 'this key');
    return { ...key, code: 'bad-key', at: { member: propertyName } };
  }
  const name = subject(path);
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknownKey(error, params.additionalProperty ?? params.unevaluatedProperty);
    case 'required':
      return {
        code: 'missing-key',
        message: `${owner(path)} needs \`${params.missingProperty}\``,
        at: 'key',
      };
    case 'dependentRequired':
      return {
        code: 'missing-key',
        message: `\`${params.property}\` needs \`${params.missingProperty}\` beside it`,
        at: { member: params.property },
      };
    case 'type':
      return wrongType(error, [params.type].flat(), document, path);
    case 'choice':
      return params.allowedValues.length > 0
        ? notAllowed(data, params.allowedValues, name)
        : wrongType(error, params.type, document, path);
    case 'enum':
      return notAllowed(data, params.allowedValues, name);
    case 'const':
      return notAllowed(data, [params.allowedValue], name);
    case 'pattern':
    case 'format':
      return wrongForm(error, name);
    case 'oneOf':
      return { code: 'ambiguous', message: `${name} fits more than one of its forms; only one may be used` };
    case 'not':
      return { code: 'not-allowed', message: `${name} is not allowed here${because(error)}` };
    case 'false schema':
      return { code: 'not-allowed', message: `${name} is not allowed here`, at: 'key' };
    default:
      return { code: BOUNDS[keyword] ? 'out-of-bounds' : 'invalid', message: bounds(error, name) };
  }
}

/** The known key that an unknown one was probably meant to be. */
export function suggestedKey(error: ErrorObject): string | undefined {
  const { additionalProperty, unevaluatedProperty } = error.params;
  return nearest(additionalProperty ?? unevaluatedProperty, knownKeys(error));
}

function knownKeys(error: ErrorObject): readonly string[] {
  return Object.keys((error.parentSchema?.properties ?? {}) as object);
}

function unknownKey(error: ErrorObject, key: string): Wording {
  const known = knownKeys(error);
  const near = suggestedKey(error);
  const list = `known here: ${known.map((name) => `\`${name}\``).join(', ')}`;
  const hint = near ? `did you mean \`${near}\`?` : known.length > 0 && known.length <= 15 ? list : undefined;
  return { code: 'unknown-key', message: `unknown key \`${key}\``, hint, at: { member: key } };
}

function wrongType(
  error: ErrorObject,
  types: readonly string[],
  document: SourceDocument,
  path: Path,
): Wording {
  const { data } = error;
  const found = data === null ? 'there is nothing' : `this is ${describeValue(data)}`;
  const wanted = typeWords(types);
  const message = `${subject(path)} must be ${wanted}, but ${found}`;
  return {
    code: 'wrong-type',
    message,
    hint: typeHint(data, types, document, path),
    ...(data === null ? { at: 'key' as const } : {}),
  };
}

function typeHint(
  data: unknown,
  types: readonly string[],
  document: SourceDocument,
  path: Path,
): string | undefined {
  if (types.includes('string') && (typeof data === 'number' || typeof data === 'boolean')) {
    const written = document.scalarText(path) ?? String(data);
    return `write it as text, in quotes: "${written}"`;
  }
  if (typeof data !== 'string') return undefined;
  const legacy = /^(?:(y|yes|on|true)|n|no|off|false)$/i.exec(data);
  if (types.includes('boolean') && legacy) return `write ${legacy[1] ? 'true' : 'false'}, without quotes`;
  if (types.some((type) => type === 'integer' || type === 'number') && /^-?\d+$/.test(data))
    return `write ${data} without quotes`;
  if (types.includes('array')) return 'begin each item of a list with "- "';
  return undefined;
}

function notAllowed(data: unknown, allowed: readonly unknown[], name: string): Wording {
  const words = allowed.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const near = typeof data === 'string' ? nearest(data, words) : undefined;
  const message = `${name} must be ${alternatives(words)}, but this is ${describeValue(data)}`;
  return { code: 'not-one-of', message, hint: near && `did you mean ${near}?` };
}

function wrongForm(error: ErrorObject, name: string): Wording {
  const { description, examples } = error.parentSchema ?? {};
  const described = typeof description === 'string';
  const rule =
    error.keyword === 'format' ? `valid as ${error.params.format}` : `of the form ${error.params.pattern}`;
  // A pattern says little to most people: the description comes first.
  const message = `${name} is not ${described ? 'right' : rule}: ${quoted(String(error.data))}`;
  const example =
    Array.isArray(examples) && examples.length > 0 ? `for example ${JSON.stringify(examples[0])}` : undefined;
  const hint = [described ? description : undefined, example].filter((part) => part !== undefined).join(' ');
  return { code: 'wrong-form', message, hint: hint === '' ? undefined : hint };
}

const BOUNDS: Readonly<Record<string, (limit: number) => string>> = {
  minimum: (limit) => `must be at least ${limit}`,
  maximum: (limit) => `must be at most ${limit}`,
  exclusiveMinimum: (limit) => `must be more than ${limit}`,
  exclusiveMaximum: (limit) => `must be less than ${limit}`,
  minLength: (limit) => (limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`),
  maxLength: (limit) => `must have at most ${limit} characters`,
  minItems: (limit) => (limit === 1 ? 'must not be an empty list' : `must have at least ${limit} items`),
  maxItems: (limit) => `must have at most ${limit} items`,
  minProperties: (limit) => (limit === 1 ? 'must not be empty' : `must have at least ${limit} keys`),
  maxProperties: (limit) => (limit === 1 ? 'must have only one key' : `must have at most ${limit} keys`),
};

function bounds(error: ErrorObject, name: string): string {
  const bound = BOUNDS[error.keyword];
  if (bound) return `${name} ${bound(error.params.limit)}`;
  if (error.keyword === 'uniqueItems')
    return `${name} has an item twice (items ${error.params.j + 1} and ${error.params.i + 1})`;
  if (error.keyword === 'multipleOf') return `${name} must be a multiple of ${error.params.multipleOf}`;
  return `${name} ${error.message ?? 'is not valid'}`;
}

function because(error: ErrorObject): string {
  const { description } = (error.schema ?? {}) as { readonly description?: unknown };
  return typeof description === 'string' ? `: ${description}` : '';
}

/** What a message speaks of: the last key of the path, or an item of a list. */
function subject(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the document';
  if (typeof last === 'string') return `\`${last}\``;
  const list = path.at(-2);
  return typeof list === 'string' ? `item ${last + 1} of \`${list}\`` : `item ${last + 1}`;
}

function owner(path: Path): string {
  return path.length === 0 ? 'the document' : subject(path);
}

/** The path that a validator's pointer into `root` stands for. */
export function pathOf(pointer: string, root: unknown): Path {
  let value = root;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const segment = Array.isArray(value) ? Number(key) : key;
      value = (value as Record<string | number, unknown> | undefined)?.[segment];
      return segment;
    });
}
