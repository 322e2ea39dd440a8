import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../documents/format.ts';
import { createScope } from './scope.ts';
import { compileTemplate } from './template.ts';
import { unknownValue } from './unknown-value.ts';
import { compileValue } from './value.ts';

const variables = new Map(
  Object.entries({
    go: { version: '1.26', file: 'go{{ go.version }}.tgz', arch: '{{ facts.arch }}' },
    cycle: '{{ cycle }}',
    token: '{{ secret }}',
  }).map(([name, value]) => [name, compileValue(value)]),
);
const scope = createScope({
  variables: [variables],
  values: {
    list: ['a', 'b'],
    tree: { k: 1 },
    constructor: 'own',
    secret: 'S',
    result: { rc: 0, out: unknownValue('later') },
  },
  unknown: { facts: 'facts are gathered after connecting' },
  sensitive: ['secret'],
});

function render(text: string): string {
  const result = compileTemplate(text, 'app.conf').render(scope);
  return result.ok ? result.text : formatDiagnostic(result.diagnostic);
}

describe('text', () => {
  test.each([
    ['v={{ go.version }}\n', 'v=1.26\n'],
    ['{{ go.file }}', 'go1.26.tgz'],
    ['{% for x in list %}{{ x }};{% endfor %}', 'a;b;'],
    ['{{ list | join: "," }} {{ tree | json }}', 'a,b {"k":1}'],
    ['{% if nowhere %}a{% else %}b{% endif %}', 'b'],
    ['{{ nowhere | default: "d" }}', 'd'],
    ['{% if go.version == "1.26" and list.size == 2 %}yes{% endif %}', 'yes'],
    ['{{ constructor }}', 'own'],
    ['{{ result.rc }}', '0'],
    ['{% raw %}{{ x }}{% endraw %}', '{{ x }}'],
    ['{% assign x = "1" %}{{ x }}', '1'],
    // No filter parts a character that is two units of UTF-16.
    ['{{ "a😀b" | slice: 1 }}{{ "a😀b" | slice: -2, 2 }}', '😀😀b'],
    ['{{ "😀😀😀" | truncate: 2, "" }}', '😀😀'],
    ['{{ "a😀b" | split: "" | join: "," }} {{ "a,😀" | split: "," | last }}', 'a,😀,b 😀'],
    ['{% assign all = "😀é" | split: "" %}{% for c in all %}<{{ c }}>{% endfor %}', '<😀><é>'],
    ['{{ "😀é" | capitalize | upcase | downcase | strip: "é" }}', '😀'],
  ])('%j', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  test('sensitive variables make it sensitive', () => {
    expect(compileTemplate('t={{ token }}', 'f').render(scope)).toMatchObject({
      text: 't=S',
      sensitive: true,
    });
    expect(compileTemplate('t={{ go.version }}', 'f').render(scope)).toMatchObject({ sensitive: false });
  });
});

describe('messages', () => {
  test.each([
    'a\nb={{ nowhere }}',
    '{{ lits }}',
    '{{ tree.kk.x }}',
    '{{ go.verson }}',
    '{{ go.arch }}',
    '{{ cycle }}',
    '{{ result.out }}',
    '{{ list }}',
    '{{ tree }}',
    '{{ list | upcas }}',
    '{% fr x in list %}{% endfor %}',
    '{% include "x" %}',
    '{% render "/etc/passwd" %}',
    '{% layout "x" %}',
    '{% if list %}',
    '{{ list',
    '{% assign x = nowhere %}',
    '{% if go.version == nowhere %}{% endif %}',
    '{{ go.__proto__ }}',
    '{{ list.constructor }}',
    '{{ 1 | divided_by: 0 }}',
    '{{ list | sample }}',
    '{{ "😀" | replace: "", "-" }}',
  ])('%j', (text) => {
    expect(render(text)).toMatchSnapshot();
  });
});

test('what would fill the memory is stopped', () => {
  const text = '{% for i in (1..100) %}{% for j in (1..20000000) %}{% endfor %}{% endfor %}';
  expect(render(text)).toContain('the template is too costly');
});

test('references: roots and members, with places; what may be absent is marked', () => {
  const text =
    '{% if tls %}{{ tls.cert }}{% endif %}\n{{ port | default: 80 }}{% for x in list %}{{ x.y }}{% endfor %}';
  const { references } = compileTemplate(text, 'f');
  const seen = references.map(({ path, optional, range }) => [
    path.join('.'),
    optional,
    range!.start.line,
    range!.start.column,
  ]);
  expect(seen).toEqual([
    ['tls', true, 1, 7],
    ['tls.cert', false, 1, 16],
    ['port', true, 2, 4],
    ['list', false, 2, 37],
  ]);
});

test('any text: no throw, text or a reason', () => {
  const piece = fc.constantFrom(
    ...[
      '{{',
      '}}',
      '{%',
      '%}',
      ' go ',
      '.version',
      '|',
      ' if ',
      ' for x in list ',
      ' endfor ',
      ' endif ',
      '"',
      "'",
      '\n',
    ],
    ...[
      ' assign y = ',
      ' upcase ',
      ' : ',
      '[',
      ']',
      '(1..3)',
      ' raw ',
      ' comment ',
      '#',
      ' liquid ',
      'é',
      ' case ',
      ' when ',
    ],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
        fc.string(),
      ),
      (text) => {
        const { diagnostics, render: run } = compileTemplate(text, 'f');
        const result = run(scope);
        if (diagnostics.length > 0) expect(result.ok).toBe(false);
        if (!result.ok) expect(formatDiagnostic(result.diagnostic)).not.toBe('');
      },
    ),
    { numRuns: 3000 },
  );
});
