import { boolCoreTag, floatCoreTag, intCoreTag, NOT_RESOLVED, nullCoreTag } from 'js-yaml';

/** A plain scalar can be other than text only when it begins with one of these. */
const TYPED_START = /^[0-9+\-.~nNtTfF]/;

const TYPES = [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag];

/** The value of an unquoted scalar in the YAML 1.2 core schema. */
export function plainValue(text: string): unknown {
  if (text === '') return null;
  // No number has two points: addresses are many, and told quickly.
  if (!TYPED_START.test(text) || text.indexOf('.') !== text.lastIndexOf('.')) return text;
  for (const tag of TYPES) {
    const value = tag.resolve(text, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return text;
}

const TAGS = new Map<string, (text: string) => unknown>([
  ['!!str', (text) => text],
  ['!', (text) => text],
  ['!!null', (text) => nullCoreTag.resolve(text, true, nullCoreTag.tagName)],
  ['!!bool', (text) => boolCoreTag.resolve(text, true, boolCoreTag.tagName)],
  ['!!int', (text) => intCoreTag.resolve(text, true, intCoreTag.tagName)],
  ['!!float', (text) => floatCoreTag.resolve(text, true, floatCoreTag.tagName)],
]);

export type TaggedValue =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: 'unknown-tag' | 'does-not-fit' };

/** The value of a scalar with an explicit tag of the core schema. */
export function taggedValue(text: string, tag: string): TaggedValue {
  const resolve = TAGS.get(tag);
  if (!resolve) return { ok: false, reason: 'unknown-tag' };
  const value = resolve(text);
  return value === NOT_RESOLVED ? { ok: false, reason: 'does-not-fit' } : { ok: true, value };
}
