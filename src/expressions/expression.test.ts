import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileExpression } from './expression.ts';
import { FUNCTIONS } from './functions.ts';
import { createScope } from './scope.ts';
import { unknownValue } from './unknown-value.ts';

const scope = createScope({
  values: {
    a: { b: [1, 2.5, 'x'], n: 4, constructor: 'own', 'k-1': true },
    f: 1.5,
    s: 'abc',
    answer: 'yes',
    nothing: null,
    map: { int: 1 },
    list: [2],
    step: { rc: 0, stdout: unknownValue('it has not run yet') },
  },
  unknown: { facts: 'facts are gathered after connecting' },
  sensitive: ['s'],
});

function evaluate(source: string) {
  const { expression, diagnostics } = compileExpression(source);
  expect(diagnostics).toEqual([]);
  return expression!.evaluate(scope);
}

function value(source: string): unknown {
  const result = evaluate(source);
  if (!result.ok) throw new Error(result.reason);
  return JSON.parse(JSON.stringify(result.value));
}

describe('values', () => {
  test.each([
    ['a.n / 3', 1],
    ['a.n * f', 6],
    ['a.n + 1 == 5', true],
    ['a.n > 3.5', true],
    ['a.b[1]', 2.5],
    ['a["k-1"]', true],
    ['a.constructor', 'own'],
    ['a.b', [1, 2.5, 'x']],
    ['"x" in a.b && !("y" in a.b)', true],
    ['a.b.map(x, string(x))', ['1', '2.5', 'x']],
    ['nothing == null', true],
    ['a.?missing.orValue(7)', 7],
    ['default(a.missing.deeper, "d")', 'd'],
    ['default(nowhere, [])', []],
    ['default(a.b[9], 0)', 0],
    ['default(nothing, 1)', null],
    ['defined(a.n) && !defined(a.m) && !defined(nowhere.x)', true],
    ['has(a.n) && !has(a.m)', true],
    ['cel.bind(t, a.n, t + t)', 8],
    ['{"x": a.n}', { x: 4 }],
    ['step.rc == 0', true],
    ['facts.x || true', true],
    ['true ? dyn(1) : dyn("a")', 1],
    ['type(s) == string && type(true) == bool', true],
    ['map.int + list[0]', 3],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  test.each(FUNCTIONS.flatMap(({ examples }) => examples))('example %s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  test('every function of the table has an example', () => {
    for (const { name, examples } of FUNCTIONS) expect(examples, name).not.toHaveLength(0);
  });

  test('results of mappings have no prototype', () => {
    const result = evaluate('{"toString": 1}');
    expect(result.ok && Object.getPrototypeOf(result.value)).toBeNull();
  });
});

describe('failures', () => {
  test.each([
    ['a.nn', 'undefined', '`a` has no member `nn`', undefined],
    ['a.b.c', 'undefined', '`a.b` has no member `c`: it is a list', undefined],
    ['nothing.x', 'undefined', '`nothing` has no member `x`: it is null', undefined],
    ['a.b[5]', 'undefined', 'there is no item [5]: the list has 3', undefined],
    ['answr', 'undefined', 'undefined variable `answr`', 'did you mean `answer`?'],
    ['step.stdot', 'undefined', '`step` has no member `stdot`', 'did you mean `stdout`?'],
    ['step.stdout', 'unknown', 'it has not run yet', undefined],
    ['default(step.stdout, "x")', 'unknown', 'it has not run yet', undefined],
    ['defined(step.stdout)', 'unknown', 'it has not run yet', undefined],
    ['step', 'unknown', 'it has not run yet', undefined],
    ['facts.arch == "amd64"', 'unknown', 'facts are gathered after connecting', undefined],
    [
      's + 1',
      'invalid',
      '`+` does not work between text and a whole number',
      'make text of the number: string(…)',
    ],
    [
      's < 1',
      'invalid',
      '`<` does not work between text and a whole number',
      'make a number of the text: int(…)',
    ],
    [
      'answer && true',
      'invalid',
      '`&&` and `||` stand between true and false, but here is text',
      'compare it, for example: x == "yes"',
    ],
    ['answer ? 1 : 2', 'invalid', 'what stands before `?` must be true or false, but it is text', undefined],
    ['-s', 'invalid', '`-` does not work on text', undefined],
    ['1 / 0', 'invalid', 'division by zero', undefined],
    ['9223372036854775807 + 1', 'invalid', 'the number 9223372036854775808 is too large', undefined],
    ['9007199254740993', 'invalid', 'the number 9007199254740993 is too large to be exact', undefined],
    ['range(100000)', 'invalid', 'range() gives at most 10000 numbers, not 100000', undefined],
    ['sort([1, "a"])', 'invalid', 'sort() takes a list of numbers or a list of texts', undefined],
    ['fromJson(s)', 'invalid', 'fromJson() got text that is not JSON', undefined],
    ['int', 'invalid', 'the name of a type cannot be a value', 'there is no variable of that name'],
    ['b"x"', 'invalid', 'bytes cannot be a value', 'end with .base64(), .hex() or .string()'],
    ['optional.of(1)', 'invalid', 'an optional cannot be a value', 'end with .orValue(…)'],
  ])('%s', (source, kind, reason, hint) => {
    const result = evaluate(source);
    expect(result.ok ? result : { kind: result.kind, reason: result.reason, hint: result.hint }).toEqual({
      kind,
      reason,
      hint,
    });
  });

  test('they know their place', () => {
    expect(evaluate('a.n == 4 && answr == 1')).toMatchObject({ start: 12, end: 17 });
    expect(evaluate('a.n == 4 && a.nn == 1')).toMatchObject({ start: 14, end: 16 });
  });
});

describe('syntax', () => {
  test.each([
    ['', 'the expression is empty', undefined],
    ['1 +', 'this is no valid expression: it ends too early', undefined],
    ['a.b and s', 'this is no valid expression: unexpected "and"', 'write && for "and"'],
    ['not s', 'this is no valid expression: unexpected "s"', 'write ! for "not"'],
    ['x is defined', 'this is no valid expression: unexpected "is"', 'write defined(x) or !defined(x)'],
    ['x | default("y")', 'this is no valid expression: unexpected "|"', 'write default(x, "fallback")'],
    [
      's | upper',
      'this is no valid expression: unexpected "|"',
      'filters are functions here: write lower(x) for x | lower',
    ],
    [
      'package.name',
      '`package` is a word of the expression language and cannot be used there as a variable',
      'choose another name, such as package_name',
    ],
    ['a.n = 3', 'this is no valid expression: unexpected "="', 'write == to compare'],
    ['.Name', 'this is no valid expression: unexpected "."', 'for a literal {{ write {{ "{{" }}'],
    ['lowr(s)', 'there is no function `lowr`', 'did you mean `lower`?'],
    [
      'lower(1)',
      '`lower` cannot be used with a whole number',
      'it is written lower(string): string; string.lower(): string',
    ],
    ['"a" + 1', '`+` does not work between text and a whole number', 'make text of the number: string(…)'],
    ['has(x)', 'has() takes a member, such as has(x.y)', 'for a variable, use defined(x)'],
    [
      'true ? 1 : "a"',
      'both results of `? :` must be of one type, not a whole number and text',
      'to allow both, write dyn(…) around each',
    ],
    [
      '{"__proto__": 1}',
      'a mapping in an expression cannot have the keys __proto__, constructor and prototype',
      undefined,
    ],
  ])('%s', (source, message, hint) => {
    const { expression, diagnostics } = compileExpression(source);
    expect(expression).toBeUndefined();
    expect(diagnostics.map((one) => ({ message: one.message, hint: one.hint }))).toEqual([{ message, hint }]);
  });
});

test('what is sensitive stays so', () => {
  expect(evaluate('sha256(s)')).toMatchObject({ ok: true, sensitive: true });
  expect(evaluate('true || s == ""')).toMatchObject({ ok: true, sensitive: false });
  expect(evaluate('a.n')).toMatchObject({ ok: true, sensitive: false });
});

const tokens = [
  'a',
  's',
  'f',
  '.',
  'b',
  '[',
  ']',
  '(',
  ')',
  '{',
  '}',
  '"x"',
  "'",
  '1',
  '2.5',
  '+',
  '-',
  '==',
  '&&',
  '?',
  ':',
  ',',
];
const more = [
  'default',
  'has',
  'map',
  'facts',
  'step',
  '!',
  ' in ',
  ' ',
  'null',
  'true',
  '|',
  '\\',
  '\n',
  '0x',
  '1u',
  'b"',
  'r"',
];

test('any text: no throw, a result or a reason', () => {
  const source = fc
    .array(fc.constantFrom(...tokens, ...more), { maxLength: 14 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(source, fc.string()), (text) => {
      const { expression, diagnostics } = compileExpression(text);
      expect(expression === undefined).toBe(diagnostics.length > 0);
      const result = expression?.evaluate(scope);
      if (result?.ok) expect(() => JSON.stringify(result.value)).not.toThrow();
      else if (result) expect(result.reason).not.toBe('');
    }),
    { numRuns: 5000 },
  );
});

test('JSON values survive a round trip through the language', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const unsafe = JSON.stringify(json)
        .match(/-?\d[\d.e+-]*/g)
        ?.some((n) => Math.abs(Number(n)) > Number.MAX_SAFE_INTEGER);
      fc.pre(!unsafe);
      const result = compileExpression('x').expression!.evaluate(createScope({ values: { x: json } }));
      expect(result.ok && JSON.stringify(result.value)).toBe(JSON.stringify(json));
    }),
  );
});
