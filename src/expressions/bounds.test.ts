import { describe, expect, test } from 'vitest';
import { compileExpression } from './expression.ts';
import { createScope } from './scope.ts';
import { compileTemplate } from './template.ts';
import { type CompiledValue, compileValue } from './value.ts';

/** Names of a large fleet. */
const fleet = Array.from({ length: 5000 }, (_, index) => `host${index}`);

/** `list40` holds `list39` twice, and so on: small to write, endless to make. The same as text and by `+`. */
function doublingVariables(): ReadonlyMap<string, CompiledValue> {
  const table = new Map<string, unknown>([
    ['list0', ['a']],
    ['text0', 'abcdefgh'],
    ['sum0', fleet],
  ]);
  for (let level = 1; level <= 40; level += 1) {
    const before = level - 1;
    table.set(`list${level}`, [`{{ list${before} }}`, `{{ list${before} }}`]);
    table.set(`text${level}`, `{{ text${before} }}{{ text${before} }}`);
    table.set(`sum${level}`, `{{ sum${before} + sum${before} }}`);
  }
  return new Map([...table].map(([name, value]) => [name, compileValue(value)]));
}

const scope = createScope({
  variables: [doublingVariables()],
  values: { fleet, evil: `${'a'.repeat(50_000)}!` },
});

/** What an expression comes to: its value, or why it has none. */
function outcome(source: string): unknown {
  const { expression, diagnostics } = compileExpression(source);
  expect(diagnostics).toEqual([]);
  const result = expression!.evaluate(scope);
  return result.ok ? result.value : result.reason;
}

/** `cel.bind` inside `cel.bind`: each name holds what `step` makes of the one before. */
function chain(
  levels: number,
  first: string,
  step: (name: string) => string,
  last: (name: string) => string,
): string {
  let open = `cel.bind(v0, ${first}, `;
  for (let level = 1; level <= levels; level += 1) open += `cel.bind(v${level}, ${step(`v${level - 1}`)}, `;
  return `${open}${last(`v${levels}`)}${')'.repeat(levels + 1)}`;
}

const twice = (name: string): string => `[${name}, ${name}]`;
const itself = (name: string): string => name;

describe('no expression goes on for ever', () => {
  const TOO_MUCH = 'the expression takes too much: more than 1,000,000 steps and elements';

  test.each([
    ['ranges in one another', 'range(10000).map(x, range(10000).map(y, x * y))'],
    ['lists that nobody keeps', 'range(10000).map(x, size(range(10000)))'],
    ['questions in one another', 'fleet.exists(x, fleet.exists(y, fleet.exists(z, false)))'],
    ['questions about all', 'fleet.all(x, fleet.all(y, fleet.all(z, true)))'],
    ['errors that a question swallows', 'fleet.exists(x, fleet.exists(y, x.nothing))'],
    ['costly functions', 'range(10000).map(x, unique(fleet))'],
    ['lists that hold one another', chain(40, '[1]', twice, itself)],
    ['comparing such lists', chain(40, '[1]', twice, (name) => `${twice(name)} == ${twice(name)}`)],
    [
      'mappings that hold one another',
      chain(
        40,
        '{}',
        (name) => `{"a": ${name}, "b": ${name}}`,
        (name) => `toJson(${name})`,
      ),
    ],
    ['lists added to themselves', chain(40, '[1]', (name) => `${name} + ${name}`, itself)],
    ['texts added to themselves', chain(40, '"abcdefgh"', (name) => `${name} + ${name}`, itself)],
    ['texts put into themselves', 'replace(evil, "a", evil)'],
    ['texts between many', 'join(range(10000), evil)'],
    ['what default() should not forgive', 'default(range(10000).map(x, range(10000)), 1)'],
  ])('%s', (_, source) => {
    expect(outcome(source)).toBe(TOO_MUCH);
  });

  test.each(['list40', 'sum40', 'size(list40)'])('variables that hold one another: %s', (source) => {
    expect(outcome(source)).toContain(TOO_MUCH);
  });

  test('texts that hold one another', () => {
    expect(outcome('size(text40)')).toContain('the text is longer than 16,000,000 characters');
  });

  test.each(['evil.matches("^(a+)+$")', 'matches(evil, "^(a|a)*$")', 'dyn(evil).matches("^(a+)" + "+$")'])(
    '%s',
    (source) => {
      expect(outcome(source)).toBe(false);
    },
  );

  test('one evaluation leaves nothing for the next to pay', () => {
    for (let round = 0; round < 5; round += 1)
      expect(outcome('size(range(10000).map(x, x + 1))')).toBe(10_000);
  });
});

test.each([
  ['fleet.filter(h, h in fleet).size()', 5000],
  ['size(join(sort(unique(fleet)), ","))', 43_889],
  ['fleet.map(h, {"name": h, "address": h + ".example"}).filter(h, h.name.endsWith("9")).size()', 500],
])('what a large fleet needs is no problem: %s', (source, expected) => {
  expect(outcome(source)).toBe(expected);
});

describe('a pattern that is written out is judged when the playbook is read', () => {
  test.each(['x.matches("a(b")', 'matches(x, "a(b")'])('%s', (source) => {
    const { diagnostics } = compileExpression(source);
    expect(diagnostics).toMatchObject([{ message: expect.stringContaining('missing closing )') }]);
  });

  test.each(['matches("a", 1)', '(1).matches("a")', '"a".matches(1)'])('%s has no text', (source) => {
    expect(compileExpression(source).diagnostics).toHaveLength(1);
  });

  test('text is asked for where it is only known later', () => {
    expect(outcome('fleet.matches("a")')).toContain('both must be text');
  });
});

describe('no template goes on for ever', () => {
  test.each([
    '{% for i in (1..1000000000) %}{% endfor %}',
    '{% assign a = fleet %}{% for i in (1..40) %}{% assign a = a | concat: a %}{% endfor %}',
    '{% assign a = "ab" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}',
    '{{ evil | replace: "a", evil }}',
    '{{ "now" | date: "%999999999d" }}',
  ])('%s', (text) => {
    const result = compileTemplate(text, 'motd.liquid').render(scope);
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining('too costly') });
  });
});
