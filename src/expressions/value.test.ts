import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDiagnostics } from '../documents/format.ts';
import { parseYamlDocument } from '../documents/yaml.ts';
import { splitText } from './interpolation.ts';
import { createScope } from './scope.ts';
import { unknownValue } from './unknown-value.ts';
import { compileValue, failureDiagnostic } from './value.ts';

const scope = createScope({
  values: { n: 3, f: 1.5, yes: true, list: [1, 'a'], map: { k: 'v' }, s: 'text', nothing: null, secret: 'S' },
  unknown: { facts: 'not yet known' },
  sensitive: ['secret'],
});

const HALF =
  'invalid: the text has half of a character (a lone surrogate), which no file or command can hold';

function evaluate(value: unknown): unknown {
  const result = compileValue(value).evaluate(scope);
  return result.ok ? JSON.parse(JSON.stringify(result.value)) : `${result.kind}: ${result.reason}`;
}

describe('text', () => {
  test.each([
    ['{{ list }}', [1, 'a']],
    ['{{n}}', 3],
    ['{{ nothing }}', null],
    ['  {{ n }}', '  3'],
    ['{{ n }}{{ f }} {{ yes }} {{ s }}', '31.5 true text'],
    ['a {{ list }}', 'invalid: a list cannot stand inside text'],
    ['a {{ map }}', 'invalid: a mapping cannot stand inside text'],
    ['a {{ nothing }}', 'invalid: null cannot stand inside text'],
    ['{{ "{{" }} {{ \'}}\' }}', '{{ }}'],
    ['{{ {"a": {"b": "}}"}}.a.b }}', '}}'],
    ['{{ """a"b""" }}', 'a"b'],
    ['{{ r"a\\d" }}|', 'a\\d|'],
    ["{{ 'it\\'s }}' }}", "it's }}"],
    ['no braces } {', 'no braces } {'],
    ['{ {x} }', '{ {x} }'],
    ['{{ nowhere }}', 'undefined: undefined variable `nowhere`'],
    ['{{ "a😀".substring(0, 3) }}', 'a😀'],
    ['{{ "a😀".substring(0, 2).size() }}', 2],
    ['{{ "a😀".substring(0, 2) }}', HALF],
    ['x {{ "a😀".substring(2) }}', HALF],
    ['{{ {"k": ["a😀".substring(0, 2)]} }}', HALF],
    ['{{ {"a😀".substring(0, 2): 1} }}', HALF],
    ['{{ n', 'invalid: this {{ has no }}'],
    ['{{ }}', 'invalid: the expression is empty'],
  ])('%s', (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });
});

describe('trees', () => {
  test('every text is resolved, keys are not', () => {
    expect(evaluate({ a: ['{{ n }}', { b: 'x{{ n }}' }], '{{ n }}': 1 })).toEqual({
      a: [3, { b: 'x3' }],
      '{{ n }}': 1,
    });
  });

  test('what is constant is given back as it is', () => {
    const value = { a: [1, 'x'] };
    const compiled = compileValue(value);
    expect(compiled.isConstant).toBe(true);
    expect(compiled.evaluate(scope)).toEqual({ ok: true, value, sensitive: false });
    const mixed = compileValue({ fixed: value, '{': '{{ n }}' }).evaluate(scope);
    expect(mixed.ok && (mixed.value as { fixed: unknown }).fixed).toBe(value);
  });

  test('a failure has its path; a mistake is told before what is merely unknown', () => {
    const value = { a: '{{ facts.x }}', b: ['ok', '{{ nowhere }}'] };
    expect(compileValue(value).evaluate(scope)).toMatchObject({
      ok: false,
      kind: 'undefined',
      path: ['b', 1],
    });
    expect(compileValue({ a: 'x {{ facts.x }}' }).evaluate(scope)).toMatchObject({
      kind: 'unknown',
      path: ['a'],
    });
  });

  test('sensitive parts make the whole sensitive', () => {
    expect(compileValue({ a: ['x {{ secret }}'], b: 1 }).evaluate(scope)).toMatchObject({
      ok: true,
      sensitive: true,
    });
    expect(compileValue({ a: ['x {{ n }}'], b: 1 }).evaluate(scope)).toMatchObject({
      ok: true,
      sensitive: false,
    });
  });

  test('keys such as __proto__ are harmless', () => {
    const value = JSON.parse('{"__proto__": {"x": "{{ n }}"}, "constructor": "{{ n }}"}');
    const result = compileValue(value).evaluate(scope);
    expect(result.ok && Object.keys(result.value as object)).toEqual(['__proto__', 'constructor']);
  });
});

test('every message stands at the place in the file', () => {
  const text = `a: "{{ n + nowher }}"
b: "say \\"hi\\" to {{ s.foo }}, {{ 1 + }}"
c: |
  first line
  second {{ map.kk }} line
d: 'it''s {{ lst }}'
e: [x, "{{ unclosed"]
f: >-
  folded {{ s +
  1 }} text
`;
  const document = parseYamlDocument(text, 'p.yml').document!;
  const diagnostics = Object.entries(document.value as Record<string, unknown>).flatMap(([key, value]) => {
    const compiled = compileValue(value, document, [key]);
    const result = compiled.evaluate(scope);
    return compiled.diagnostics.length > 0 || result.ok ? compiled.diagnostics : [failureDiagnostic(result)];
  });
  expect(formatDiagnostics(diagnostics)).toMatchSnapshot();
});

describe('variables', () => {
  function variables(values: Record<string, unknown>) {
    return new Map(Object.entries(values).map(([name, value]) => [name, compileValue(value)]));
  }

  test('that hold templates are resolved when they are used', () => {
    const table = variables({ a: 'x{{ b }}', b: '{{ n + 1 }}', bad: '{{ nowhere }}' });
    const inner = scope.extend({ variables: [table] });
    expect(inner.lookup('a')).toEqual({ ok: true, value: 'x4', sensitive: false });
    expect(inner.lookup('bad')).toMatchObject({ ok: false, kind: 'invalid' });
  });

  test('cycles are shown', () => {
    const inner = createScope({
      variables: [variables({ a: '{{ b }}', b: 'x{{ c }}', c: '{{ a }}', d: '{{ a }}' })],
    });
    expect(inner.lookup('d')).toEqual({
      ok: false,
      kind: 'cycle',
      reason: 'variables need each other: a → b → c → a',
    });
    const self = createScope({ variables: [variables({ a: '{{ a }}' })] });
    expect(self.lookup('a')).toMatchObject({ reason: 'variables need each other: a → a' });
  });

  test('members of a mapping do not depend on their neighbours', () => {
    const go = {
      version: '1.26',
      file: 'go{{ go.version }}.tgz',
      path: '{{ facts.home }}',
      again: '{{ go.file }}',
    };
    const inner = scope.extend({ variables: [variables({ go })] });
    const read = (text: string) => compileValue(text).evaluate(inner);
    expect(read('{{ go.version }}')).toMatchObject({ ok: true, value: '1.26' });
    expect(read('{{ go.again }}')).toMatchObject({ ok: true, value: 'go1.26.tgz' });
    expect(read('{{ size(go) == 4 && has(go.file) && "file" in keys(go) }}')).toMatchObject({
      value: true,
    });
    expect(read('{{ go.path }}')).toMatchObject({ ok: false, kind: 'unknown' });
    expect(read('{{ go }}')).toMatchObject({ ok: false, kind: 'unknown' });
    expect(read('{{ go.verson }}')).toMatchObject({ kind: 'undefined', hint: 'did you mean `version`?' });
  });

  test('see the values of an inner scope', () => {
    const outer = createScope({ variables: [variables({ line: 'item {{ item }}' })] });
    expect(outer.lookup('line').ok).toBe(false);
    expect(outer.extend({ values: { item: 1 } }).lookup('line')).toMatchObject({ value: 'item 1' });
    expect(outer.extend({ values: { item: 2 } }).lookup('line')).toMatchObject({ value: 'item 2' });
  });

  test('the first table wins, and values win over tables', () => {
    const inner = createScope({
      variables: [variables({ x: 1 }), variables({ x: 2, y: 2, n: 0 })],
      values: { n: 9 },
    });
    expect(['x', 'y', 'n'].map((name) => inner.lookup(name))).toMatchObject([
      { value: 1 },
      { value: 2 },
      { value: 9 },
    ]);
  });

  test('a mistake in a variable is not forgiven by default()', () => {
    const document = parseYamlDocument('url: "http://{{ hots }}"', 'v.yml').document!;
    const table = new Map([['url', compileValue('http://{{ hots }}', document, ['url'])]]);
    const result = compileValue('{{ default(url, "x") }}').evaluate(createScope({ variables: [table] }));
    expect(result).toMatchObject({
      ok: false,
      reason: 'undefined variable `hots` (in the variable `url`, v.yml:1:17)',
    });
  });

  test('sensitivity passes through variables', () => {
    const inner = scope.extend({
      variables: [variables({ token: 'Bearer {{ secret }}', deep: { t: '{{ token }}' } })],
    });
    expect(compileValue('{{ deep.t }}').evaluate(inner)).toMatchObject({
      value: 'Bearer S',
      sensitive: true,
    });
    expect(compileValue('{{ n }}').evaluate(inner)).toMatchObject({ sensitive: false });
  });

  test('an unknown value is unknown by itself', () => {
    const inner = createScope({ values: { result: unknownValue('later') } });
    expect(inner.lookup('result')).toEqual({ ok: false, kind: 'unknown', reason: 'later' });
  });
});

test('the parts of any text make the text again', () => {
  const piece = fc.constantFrom('{{', '}}', '{', '}', '"', "'", '\\', 'a', ' ', 'r"', '"""', '{{ x }}', '\n');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      for (const part of splitText(text)) {
        if (part.kind === 'expression') expect(text.slice(part.start, part.end)).toBe(part.source);
        if (part.kind === 'text') expect(text).toContain(part.text);
      }
      const result = compileValue(text).evaluate(scope);
      if (!text.includes('{{')) expect(result).toMatchObject({ ok: true, value: text });
    }),
    { numRuns: 3000 },
  );
});
