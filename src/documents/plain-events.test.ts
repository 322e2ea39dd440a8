import fc from 'fast-check';
import { parseEvents } from 'js-yaml';
import { expect, test } from 'vitest';
import { plainEvents } from './plain-events.ts';

const INVENTORY = `---
# Made by hand
web:
  vars: { }
  hosts:
`;

test.each([
  'a: b',
  'a: b\n',
  '---\na: b\n',
  'a:\n',
  'a:\nb:\n',
  'a:\n  b: c\n  d:\n    e: 1\nf: x\n',
  'web:\n  hosts:\n    web[01:20].x:\n    db-1: \n      ansible_host: 10.0.0.1 # here\n      rack: r0\n\n# more\nall:\n',
  'a: "x y: {{ z }} # no comment"\nb: \'it is\'\n',
  'a: http://x:80/y#z\nb: 12:30\nc: -5\nd: a  b\n',
  'a:\n- b\n- c\nd:\n  - e\n  - f: 1\n    g:\n    - h\n  - i:\n',
  '- a\n- b: c\n  d: e\n-   f: g\n',
  '- a: b: c\n'.replace(': c', ':c'),
  'a: x\n\n  \nb: y\n',
  'größe: 1\na: größe – ﬁ\n'.slice(9),
])('known, and the same as the parser has it: %j', (text) => {
  expect(plainEvents(text)).toStrictEqual(parseEvents(text, {}));
});

test.each([
  '',
  '# nothing\n',
  INVENTORY,
  'a: &x b\n',
  'a: *x\n',
  'a: !t b\n',
  'a: {b: c}\n',
  'a: [b]\n',
  'a: |\n  text\n',
  'a: "x\\n"\n',
  "a: 'it''s'\n",
  'a: b\n  c\n',
  'a: b\n  # comment\nc: d\n',
  'a: b: c\n',
  'a: b\n---\nc: d\n',
  'a: b\n...\n',
  '%YAML 1.2\n---\na: b\n',
  'a:\tb\n',
  'a: b\r\nc: d\r\n',
  '\ufeffa: b\n',
  'a: \ud83d\n',
  'a:\n    b: c\n  d: e\n',
  'a:\n  - b\n c: d\n',
  'a:\n  b\n',
  '-\n  a: b\n',
  '- - a\n',
  '? a\n: b\n',
  '"a": b\n',
  'a b: c\n',
  ' a: b\n',
  'a: b\n ',
  'text\n',
  'a: "b" c\n',
])('left to the parser: %j', (text) => {
  expect(plainEvents(text)).toBeUndefined();
});

test.each([
  ['a value', `a: ${'b c:d '.repeat(4_000_000)}e\n`],
  ['a quoted one', `a: "${'b c:d '.repeat(4_000_000)}e"\n`],
  ['a key', `${'a:b'.repeat(6_000_000)}: c\n`],
  ['empty lines', `a: b\n${' \n'.repeat(6_000_000)}c: d\n`],
  ['comments', `a: b\n${'#\n'.repeat(6_000_000)}c: d\n`],
])('very long is nothing to fail of: %s', (_, text) => {
  const events = plainEvents(text);
  if (events !== undefined) expect(events).toStrictEqual(parseEvents(text, {}));
});

const usual = [
  'a: v',
  'b: "c d"',
  "x.y/z: 'q'",
  'web[01:20]: 10.0.0.1 # c',
  'key:',
  'key:',
  'key: # c',
  '- v',
  '- v',
];
const others = [
  ...[
    '- a: b',
    '-   a:',
    '- "q r"',
    '',
    '  # c',
    '# c',
    ' ',
    'k: v#c',
    'k: a :b',
    'k: -1',
    'k: a  b ',
    'é: 1',
    'k: é',
  ],
  ...[
    'k: a: b',
    "k: 'a''b'",
    'k: "a" b',
    'k: "\\n"',
    'k: {}',
    'k: &a',
    'k: |',
    'k: ~',
    'k: ?x',
    'k: - a',
    'k: :',
    'k: "',
  ],
  ...[
    'text',
    '-',
    '- - a',
    '---',
    '...',
    '? a',
    ': b',
    '"q": v',
    '<<: a',
    'a b: c',
    'k:\tv',
    '- a: b: c',
    'a:b: c',
    '-: a',
  ],
];
/** Lines that mostly go deeper where they may, and mostly fit: by columns of the lines above. */
const documents = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...usual) },
        { weight: 1, arbitrary: fc.constantFrom(...others) },
      ),
      fc.nat(30),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((lines) => {
    const columns = [0];
    let text = '';
    for (const [line, choice] of lines) {
      if (/:(?: # c)?$/.test(text.trimEnd())) {
        if (choice > 3) columns.push((columns.at(-1) ?? 0) + (choice % 3));
      } else if (choice > 22) columns.splice(1 + (choice % columns.length));
      const column = choice === 3 ? 1 : (columns.at(-1) ?? 0);
      text += `${' '.repeat(column)}${line}${choice === 2 ? '\r\n' : '\n'}`;
    }
    return lines[0]?.[1] === 0 ? text.trimEnd() : lines[0]?.[1] === 1 ? `---\n${text}` : text;
  });
const letters = fc
  .string({ unit: fc.constantFrom(...'ab::--  \n\n #"'), maxLength: 16 })
  .map((text) => `a: ${text}`);

/** A text in order, with one character in another's place. */
const damaged = fc
  .tuple(fc.nat(), fc.constantFrom(...' \n:-#"\'a\t[{&*!|>%@`\u0085\u00a0\u2028\ufeff'))
  .map(([at, letter]) => {
    const text =
      'web:\n  hosts:\n    a-1:\n      x: 1 # c\n    b: \n  vars:\n  - "q r"\n  - y: z\n    w:\n# end\n';
    return text.slice(0, at % text.length) + letter + text.slice((at % text.length) + 1);
  });

test.each([
  ['lines', documents],
  ['letters', letters],
  ['damaged', damaged],
])('what it knows is what the parser says, and never an error: %s', (_, texts) => {
  let known = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const events = plainEvents(text);
      if (events === undefined) return;
      known += 1;
      expect(events).toStrictEqual(parseEvents(text, {}));
    }),
    { numRuns: 4000 },
  );
  expect(known).toBeGreaterThan(100);
});
