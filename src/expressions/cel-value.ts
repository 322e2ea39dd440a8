import { spend } from './effort.ts';
import { FailureError, invalidArgument } from './failure.ts';
import { unknownReason } from './unknown-value.ts';

/**
 * Mappings are Maps for CEL, so that no key can be taken for something else. Its type test looks at `constructor`,
 * hence the last line. Members that are not known yet fail when they are read, not before.
 */
export class CelMap extends Map<string, unknown> {
  override get(key: string): unknown {
    const value = super.get(key);
    const reason = unknownReason(value);
    if (reason !== undefined) throw new FailureError({ kind: 'unknown', reason });
    return value;
  }
}
Object.defineProperty(CelMap.prototype, 'constructor', { value: Map });

/** What a list or mapping costs beside its elements. */
const OBJECT = 3;
/** Data of the inventory and of hosts is converted once; its elements are no work of the expression. */
const CONVERTING = 1 / 8;

const converted = new WeakMap<object, unknown>();

/** Plain JSON data as CEL sees it: whole numbers are integers, other numbers doubles. Kept for each object. */
export function toCel(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(value) : value;
    case 'object':
      return value === null ? null : convertObject(value);
    case 'undefined':
      return null;
    default:
      return value;
  }
}

function convertObject(value: object): unknown {
  const known = converted.get(value);
  if (known !== undefined) return known;
  if (unknownReason(value) !== undefined) return value;
  spend(OBJECT + (Array.isArray(value) ? value.length : Object.keys(value).length) * CONVERTING);
  const result = Array.isArray(value)
    ? value.map(toCel)
    : new CelMap(Object.entries(value).map(([key, member]) => [key, toCel(member)]));
  converted.set(value, result);
  return result;
}

/** A CEL value as plain JSON data. Throws `FailureError` for what JSON cannot hold. */
export function fromCel(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return toNumber(value);
    case 'number':
      if (!Number.isFinite(value)) throw invalidArgument(`the number ${value} cannot be used`);
      return value;
    case 'object':
      return value === null ? null : fromObject(value);
    case 'string':
      return whole(value);
    default:
      return value;
  }
}

/** Offsets count in UTF-16: a text can be cut in the middle of a character, and would arrive as another one. */
function whole(text: string): string {
  if (!HALF.test(text)) return text;
  throw invalidArgument(
    'the text has half of a character (a lone surrogate), which no file or command can hold',
    'characters such as emojis count as two: cut beside them',
  );
}

/** Half of a surrogate pair. */
const HALF = /\p{Cs}/u;

function toNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw invalidArgument(`the number ${value} is too large to be exact`);
  return number;
}

function fromObject(value: object): unknown {
  const reason = unknownReason(value);
  if (reason !== undefined) throw new FailureError({ kind: 'unknown', reason });
  if (Array.isArray(value)) {
    spend(OBJECT + value.length);
    return value.map(fromCel);
  }
  if (value instanceof Map) return toRecord(value.entries());
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array)
    throw invalidArgument('bytes cannot be a value', 'end with .base64(), .hex() or .string()');
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return toRecord(Object.entries(value));
  switch (value.constructor.name) {
    case 'UnsignedInt':
      return toNumber(BigInt(String(value)));
    case 'Duration':
      return String(value);
    case 'Optional':
      throw invalidArgument('an optional cannot be a value', 'end with .orValue(…)');
    default:
      throw invalidArgument('the name of a type cannot be a value', 'there is no variable of that name');
  }
}

function toRecord(entries: Iterable<[unknown, unknown]>): Record<string, unknown> {
  spend(OBJECT);
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, member] of entries) {
    spend(1);
    record[whole(String(key))] = fromCel(member);
  }
  return record;
}
