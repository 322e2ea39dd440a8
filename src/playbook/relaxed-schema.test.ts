import { describe, expect, test } from 'vitest';
import { compileSchema } from '../documents/schema.ts';
import { parseYamlDocument } from '../documents/yaml.ts';
import { relaxed } from './relaxed-schema.ts';

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['path'],
  properties: {
    path: { type: 'string', pattern: '^/' },
    count: { type: 'integer', minimum: 1 },
    keys: { type: 'array', items: { type: 'string', pattern: '^ssh-' }, maxItems: 2 },
    set: { type: 'object', additionalProperties: { type: 'boolean' } },
    state: { enum: ['present', 'absent'] },
    content: { type: 'string' },
  },
  dependentSchemas: { content: { properties: { keys: false } } },
  if: { properties: { state: { const: 'absent' } }, required: ['state'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: { properties: { content: false } },
};

const strict = compileSchema(SCHEMA);
const open = compileSchema(relaxed(SCHEMA));

function problems(validator: typeof strict, text: string): readonly string[] {
  const { document } = parseYamlDocument(text, 'test.yml');
  return validator.validate(document!).map(({ message }) => message);
}

describe('arguments with {{ }}', () => {
  test.each([
    'path: "{{ a }}"',
    'path: "x-{{ a }}"',
    '{ path: /a, count: "{{ n }}" }',
    '{ path: /a, keys: "{{ list }}" }',
    '{ path: /a, keys: ["{{ a }}", ssh-b] }',
    '{ path: /a, set: { x: "{{ a }}" } }',
    '{ path: /a, state: "{{ s }}", content: x }',
    '"{{ everything }}"',
  ])('%s may come out right', (text) => {
    expect(problems(open, text)).toEqual([]);
  });

  test.each([
    ['{ path: /a, count: none }', '`count` must be a whole number, but this is the text "none"'],
    ['{ count: "{{ n }}" }', 'the document needs `path`'],
    ['{ path: "{{ p }}", cuont: 1 }', 'unknown key `cuont`'],
    ['{ path: /a, keys: ["{{ a }}", 1] }', 'item 2 of `keys` must be text, but this is the number 1'],
    ['{ path: /a, keys: ["{{ a }}", "{{ b }}", "{{ c }}"] }', '`keys` must have at most 2 items'],
    ['{ path: /a, content: "{{ c }}", keys: [] }', 'only one of `content` and `keys` can be given'],
  ])('%s is wrong whatever the variables are', (text, message) => {
    expect(problems(open, text)).toEqual([message]);
  });

  test('what the open schema refuses, the strict one refuses too', () => {
    for (const text of ['{ path: 1 }', '{ path: /a, set: { x: 1 } }', '{ path: /a, state: gone }', '[]']) {
      expect(problems(open, text)).not.toEqual([]);
      expect(problems(strict, text)).not.toEqual([]);
    }
  });

  test('rules about the value as a whole wait for the variables', () => {
    const text = '{ path: /a, state: absent, content: x }';
    expect(problems(strict, text)).toEqual(['`content` is not allowed here']);
    expect(problems(open, text)).toEqual([]);
  });
});
