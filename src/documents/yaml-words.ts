import { knownSecrets } from '../secrets/known.ts';
import { SecretValue } from '../secrets/secret-value.ts';

/** What a JSON Schema type is called towards someone who writes YAML. */
const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'nothing',
};

/** "text", "a list or a mapping". */
export function typeWords(types: readonly string[]): string {
  return alternatives(types.map((type) => TYPE_WORDS[type] ?? type));
}

/** "a", "a or b", "a, b or c". */
export function alternatives(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? 'nothing';
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** A value as a short phrase: "the number 22", "a list", `the text "yes"`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof SecretValue) return 'a secret';
  switch (typeof value) {
    case 'string':
      return `the text ${quoted(value)}`;
    case 'number':
    case 'bigint':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    default:
      return 'a mapping';
  }
}

/** In double quotes, shortened. A secret is masked before, or its beginning would stay. */
export function quoted(given: string): string {
  const text = knownSecrets.mask(given);
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
}
