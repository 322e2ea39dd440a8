import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDiagnostics } from './format.ts';
import { compileSchema } from './schema.ts';
import { parseYamlDocument } from './yaml.ts';

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1 },
    mode: { type: 'string', pattern: '^[0-7]{3,4}$', description: 'Octal permissions', examples: ['0644'] },
    port: { type: 'integer', minimum: 1, maximum: 65535 },
    become: { type: 'boolean' },
    state: { enum: ['present', 'absent'] },
    rules: { type: 'array', uniqueItems: true, minItems: 1, items: { $ref: '#/$defs/rule' } },
    src: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    kind: { anyOf: [{ const: 'a' }, { enum: ['b', 'c'] }] },
    vars: { type: 'object', propertyNames: { pattern: '^[a-z_]+$' } },
    ip: { type: 'string', format: 'ipv4' },
    cert: { type: 'string' },
    key: { type: 'string' },
  },
  dependentRequired: { cert: ['key'] },
  $defs: {
    rule: {
      anyOf: [
        { type: 'string' },
        {
          type: 'object',
          required: ['allow'],
          additionalProperties: false,
          properties: { allow: { type: ['string', 'integer'] }, from: { type: 'string' } },
        },
        {
          type: 'object',
          required: ['deny'],
          additionalProperties: false,
          properties: { deny: { type: 'string' }, from: { type: 'string' } },
        },
      ],
    },
  },
};
const validator = compileSchema(schema);

function complaint(text: string): string {
  return formatDiagnostics(validator.validate(parseYamlDocument(text, 'p.yml').document!));
}

describe('messages', () => {
  test.each([
    'nam: x',
    'name: x\nstat: present',
    'name: 5',
    'name:',
    'name: ""',
    'name: x\nmode: 0644',
    'name: x\nmode: rw',
    'name: x\nport: "22"',
    'name: x\nport: 99999',
    'name: x\nbecome: yes',
    'name: x\nstate: presnt',
    'name: x\nrules: []',
    'name: x\nrules: [a, a]',
    'name: x\nrules: [{alow: 22, from: a}]',
    'name: x\nrules: [{deny: 22}]',
    'name: x\nrules: [{allow: 22, deny: x}]',
    'name: x\nrules: [3]',
    'name: x\nrules: a',
    'name: x\nsrc: {a: 1}',
    'name: x\nsrc: [1]',
    'name: x\nkind: d',
    'name: x\nvars: {Foo: 1}',
    'name: x\nip: 1.2.3',
    'name: x\ncert: a',
    '[]',
    '',
  ])('%j', (text) => {
    expect(complaint(text)).toMatchSnapshot();
  });
});

test('a valid document gives no message', () => {
  expect(
    complaint('name: x\nmode: "0644"\nrules: [a, {allow: 22}, {deny: x, from: y}]\nsrc: [a]\nkind: c'),
  ).toBe('');
});

test('one mistake in a choice of forms gives one message', () => {
  for (const text of ['name: x\nrules: [{allow: true}]', 'name: x\nrules: [{denny: x}]', 'name: x\nsrc: 5'])
    expect(validator.validate(parseYamlDocument(text, 'p.yml').document!)).toHaveLength(1);
});

test('a part of a document, or another value, can be validated', () => {
  const port = compileSchema({ type: 'object', properties: { port: { type: 'integer' } } });
  const document = parseYamlDocument('steps:\n  - ssh: {port: x}', 'p.yml').document!;
  const [found] = port.validate(document, ['steps', 0, 'ssh']);
  expect(found!.range!.start).toMatchObject({ line: 2, column: 17 });
  expect(port.validate(document, ['steps', 0, 'ssh'], { port: 5 })).toEqual([]);
});

test('a schema that is wrong is a bug', () => {
  const document = parseYamlDocument('a: 1', 'p.yml').document!;
  expect(() => compileSchema({ type: 'nonsense' }).validate(document)).toThrow();
  expect(() => compileSchema({ unknownKeyword: 1 }).validate(document)).toThrow();
});

test('any document gets an answer, with places inside the text', () => {
  const key = fc.constantFrom(
    'name',
    'mode',
    'port',
    'rules',
    'src',
    'kind',
    'vars',
    'allow',
    'deny',
    'from',
    'x',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('a', 1, true, null, 'present', '0644', 1.5),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const text = JSON.stringify(value, undefined, 1);
      const document = parseYamlDocument(text, 'p.yml').document!;
      for (const { range } of validator.validate(document)) {
        expect(range!.start.offset).toBeLessThanOrEqual(range!.end.offset);
        expect(range!.end.offset).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 500 },
  );
});

describe('a schema that is a choice itself', () => {
  const choice = compileSchema({
    anyOf: [
      { type: 'array', minItems: 1 },
      {
        type: 'object',
        additionalProperties: false,
        properties: { argv: { type: 'array' }, shell: { type: 'string' } },
        anyOf: [{ required: ['argv'] }, { required: ['shell'] }],
        dependentSchemas: { argv: { properties: { shell: false } } },
      },
    ],
  });
  const messages = (text: string): readonly string[] =>
    choice.validate(parseYamlDocument(text, 'p.yml').document!).map(({ message }) => message);

  test.each([
    ['[]', 'must not be an empty list'],
    ['{}', 'needs `argv`'],
    ['{ argv: x }', '`argv` must be a list, but this is the text "x"'],
    ['{ argv: [x], shell: y }', 'only one of `argv` and `shell` can be given'],
  ])('%s', (text, message) => {
    expect(messages(text)).toEqual([expect.stringContaining(message)]);
  });
});
