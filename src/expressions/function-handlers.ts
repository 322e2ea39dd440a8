import { compilePattern, isBadPattern, type Pattern } from '../patterns/pattern.ts';
import { fromCel, toCel } from './cel-value.ts';
import { spend } from './effort.ts';
import { invalidArgument } from './failure.ts';

// Arguments and results are as CEL has them: whole numbers are bigint, mappings are Map.

export type List = readonly unknown[];

const MAX_RANGE = 10_000n;
/** Steps of the engine itself (a character copied or compared) that count as one of ours. */
const CHEAP_STEPS = 32;

function joinable(item: unknown): string {
  if (item === null || typeof item === 'object')
    throw invalidArgument('join() takes texts and numbers, not lists or mappings');
  return String(item);
}

function keyOf(value: unknown): string {
  return JSON.stringify(fromCel(value));
}

export function sameKey(a: unknown, b: unknown): boolean {
  return keyOf(a) === keyOf(b);
}

export function entriesOf(map: unknown): readonly (readonly [unknown, unknown])[] {
  return map instanceof Map ? [...map.entries()] : Object.entries(map as object);
}

export function unique(list: List): List {
  const seen = new Set<string>();
  return list.filter((item) => {
    const key = keyOf(item);
    return !seen.has(key) && seen.add(key);
  });
}

export function sort(list: List): List {
  const kinds = new Set(list.map((item) => (typeof item === 'bigint' ? 'number' : typeof item)));
  const kind = [...kinds][0] ?? 'string';
  if (kinds.size > 1 || !['number', 'string'].includes(kind))
    throw invalidArgument('sort() takes a list of numbers or a list of texts');
  return [...list].sort((a, b) =>
    (a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0,
  );
}

export function range(start: bigint, end: bigint, step: bigint): readonly bigint[] {
  if (step === 0n) throw invalidArgument('range() needs a step other than 0');
  const count = step > 0n ? (end - start + step - 1n) / step : (start - end - step - 1n) / -step;
  if (count > MAX_RANGE) throw invalidArgument(`range() gives at most ${MAX_RANGE} numbers, not ${count}`);
  return Array.from({ length: Math.max(0, Number(count)) }, (_, index) => start + BigInt(index) * step);
}

/** Throws at `place`, where the pattern is written out, when it is no good. */
export function toPattern(
  pattern: string,
  place?: { readonly start: number; readonly end: number },
): Pattern {
  const compiled = compilePattern(pattern);
  if (isBadPattern(compiled)) throw invalidArgument(compiled.reason, compiled.hint, place);
  return compiled;
}

export function matches(text: string, pattern: string): boolean {
  const compiled = toPattern(pattern);
  spend((text.length * compiled.size) / CHEAP_STEPS);
  return compiled.test(text);
}

export function replace(text: string, from: string, to: string): string {
  const pieces = text.split(from);
  // Before it is made: the result may be as long as both texts multiplied.
  spend(((pieces.length - 1) * to.length) / CHEAP_STEPS);
  return pieces.join(to);
}

export function join(list: List, separator: string): string {
  spend((list.length * separator.length) / CHEAP_STEPS);
  return list.map(joinable).join(separator);
}

export function fromJson(text: string): unknown {
  try {
    return toCel(JSON.parse(text));
  } catch {
    throw invalidArgument('fromJson() got text that is not JSON');
  }
}

export function b64decode(text: string): string {
  const compact = text.replace(/\s/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact))
    throw invalidArgument('b64decode() got text that is not Base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(compact, 'base64'));
  } catch {
    throw invalidArgument('b64decode() got bytes that are not UTF-8 text');
  }
}
