import { compileExpression } from '../../src/expressions/expression.ts';
import { FUNCTIONS } from '../../src/expressions/functions.ts';
import { createScope } from '../../src/expressions/scope.ts';
import { compileTemplate } from '../../src/expressions/template.ts';
import { compileValue } from '../../src/expressions/value.ts';
import type { Random } from './random.ts';
import type { FuzzTarget } from './target.ts';
import { requireTellable } from './tellable.ts';

const VARIABLES: Readonly<Record<string, unknown>> = {
  list: [1, 'two', { a: 3 }],
  text: 'a {{ list[1] }}',
  self: '{{ self }}',
  deep: { a: { b: { c: '{{ text }}' } } },
};
const scope = createScope({
  variables: [new Map(Object.entries(VARIABLES).map(([name, value]) => [name, compileValue(value)]))],
  values: { facts: { arch: 'x86_64', memory: 2 ** 33 }, item: null, long: 'x'.repeat(5000) },
  unknown: { later: 'it is known only at apply' },
});

const NAMES = ['list', 'text', 'self', 'deep', 'facts', 'item', 'long', 'later', 'nothing', 'x'];
const LITERALS = [
  '1',
  '-1',
  '0',
  '9223372036854775807',
  '1e308',
  '1.5',
  'null',
  'true',
  '"a"',
  "'b'",
  '"\\u0000"',
  'b"x"',
  '"(a+)+$"',
  '[]',
  '{}',
  '"aGk="',
  '"{\\"a\\": 1}"',
];
const OPERATORS = ['+', '-', '*', '/', '%', '==', '!=', '<', '>=', '&&', '||', 'in', '.?', '?:'];

/** An expression that is mostly well formed, of any types. */
function expression(random: Random, depth: number): string {
  const inner = (): string => expression(random, depth - 1);
  if (depth <= 0) return random.pick(random.below(2) === 0 ? NAMES : LITERALS);
  const { name } = random.pick(FUNCTIONS);
  return random.pick([
    () => `${inner()} ${random.pick(OPERATORS)} ${inner()}`,
    () => `(${inner()})`,
    () => `${inner()} ? ${inner()} : ${inner()}`,
    () => `${name}(${Array.from({ length: random.below(4) }, inner).join(', ')})`,
    () => `(${inner()}).${name}(${random.below(2) === 0 ? inner() : ''})`,
    () => `${inner()}.${random.pick(['a', 'b', 'map', 'length', '__proto__', 'constructor'])}`,
    () => `${inner()}[${inner()}]`,
    () => `[${inner()}, ${inner()}]`,
    () => `{"a": ${inner()}, ${inner()}: 1}`,
    () => `(${inner()}).${random.pick(['map', 'filter', 'all', 'exists', 'exists_one'])}(x, ${inner()})`,
    () => `cel.bind(x, ${inner()}, ${inner()})`,
    () => `!${inner()}`,
    () => `-${inner()}`,
  ])();
}

const EXPRESSIONS = [
  'facts.os.family == "debian" && size(list) > 1',
  'list.map(x, string(x)).join(",")',
  'default(nothing.at.all, 1) + 2',
  'defined(deep.a.b) ? deep.a.b.c : "none"',
  'text.matches("^a +two$") || !("x" in list)',
  ...FUNCTIONS.flatMap(({ examples }) => examples.map(([source]) => source)),
];

const TEMPLATE = `# {{ text }} for {{ facts.arch | upcase }}
{% for one in list %}{% if one == "two" %}- {{ one | default: "x" }}{% else %}{{ forloop.index }}{% endif %}
{% endfor %}{% assign y = deep.a.b.c | split: " " %}{{ y | join: "-" | size }}{%- comment -%} nothing {%- endcomment -%}
{% case text %}{% when "a" %}a{% endcase %}{% raw %}{{ }}{% endraw %}{{ long | slice: 0, 3 }}
`;

/** Conditions, texts with `{{ }}`, and file templates. */
export const expressions: readonly FuzzTarget[] = [
  {
    name: 'expression',
    corpus: EXPRESSIONS.map((source) => Buffer.from(source)),
    words: [
      ...NAMES,
      ...LITERALS,
      ...OPERATORS,
      ...FUNCTIONS.map(({ name }) => `${name}(`),
      '.map(x, ',
      '.a',
      '[0]',
    ],
    shapes: [(random) => Buffer.from(expression(random, 1 + random.below(6)))],
    run(input) {
      const source = input.toString('utf8');
      const compiled = compileExpression(source);
      for (const { message } of compiled.diagnostics) if (message === '') throw new Error('no message');
      if (compiled.expression === undefined && compiled.diagnostics.length === 0)
        throw new Error('neither an expression nor an error');
      const results = [
        compiled.expression?.evaluate(scope),
        compileValue(`a {{ ${source} }} b`).evaluate(scope),
      ];
      for (const result of results) {
        if (result !== undefined && !result.ok && result.reason === '') throw new Error('no reason');
      }
    },
  },
  {
    name: 'template',
    corpus: [Buffer.from(TEMPLATE)],
    words: [
      '{% for i in (1..1000000) %}',
      '{% endfor %}',
      '{% if ',
      '{% endif %}',
      '{% assign a = a | append: a %}',
      '{% capture a %}',
      '{% include "x" %}',
      '{% render "/etc/passwd" %}',
      '{% tablerow i in list %}',
      '{{ a | ',
      'list',
      '| map: "a"',
      '| where: "a", 1',
      '| date: "%Y"',
      '{%- ',
      ' -%}',
      '{% liquid',
      '{% raw %}',
      '{# x #}',
      '{% macro x %}',
    ],
    run(input) {
      const { diagnostics, warnings, render } = compileTemplate(input.toString('utf8'), 't.liquid');
      requireTellable([...diagnostics, ...warnings]);
      const result = render(scope);
      if (!result.ok) requireTellable([result.diagnostic]);
      else if (diagnostics.length > 0) throw new Error('a broken template was rendered');
    },
  },
];
