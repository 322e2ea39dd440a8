import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDiagnostics } from './format.ts';
import { parseYamlDocument } from './yaml.ts';

function read(text: string | Uint8Array): unknown {
  const { document, diagnostics } = parseYamlDocument(text, 'p.yml');
  expect(diagnostics).toEqual([]);
  return JSON.parse(JSON.stringify(document!.value));
}

function complaint(text: string | Uint8Array): string {
  return formatDiagnostics(parseYamlDocument(text, 'p.yml').diagnostics);
}

describe('values', () => {
  test.each([
    ['a: 1\nb: [x, {c: "d"}]\n', { a: 1, b: ['x', { c: 'd' }] }],
    ['', null],
    ['# only a comment\n', null],
    ['---\na: 1\n...\n', { a: 1 }],
    ['\ufeffa: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
    ['{"json": [true, null, 1.5]}', { json: [true, null, 1.5] }],
    ['on: yes\nno: off', { on: 'yes', no: 'off' }],
    ['0x1F: a\n1: b\ntrue: c', { '0x1F': 'a', '1': 'b', true: 'c' }],
    ['a: &x {k: 1}\nb: *x', { a: { k: 1 }, b: { k: 1 } }],
    ['a: !!str 12\nb: !!int "3"', { a: '12', b: 3 }],
    ['a: |\n  x\n  y\nb: >-\n  p\n  q\n', { a: 'x\ny\n', b: 'p q' }],
    ['a: 0o17\nb: 1e3\nc: -0.5', { a: 15, b: 1000, c: -0.5 }],
  ])('%j', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  test('merge keys: own keys win, then earlier sources', () => {
    const text = 'a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: {"<<": *a}';
    expect(read(text)).toMatchObject({ c: { x: 3, y: 1, z: 2 }, d: { '<<': { x: 1, y: 1 } } });
  });

  test('no key is special', () => {
    const { document } = parseYamlDocument('__proto__: {polluted: true}\nconstructor: 1', 'p.yml');
    const value = document!.value as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('an alias is the very value of its anchor', () => {
    const { document } = parseYamlDocument('a: &x [1]\nb: *x', 'p.yml');
    const value = document!.value as Record<string, unknown>;
    expect(value.a).toBe(value.b);
  });
});

describe('messages', () => {
  test.each([
    ['a:\n\tb: 1', 'tabs'],
    ['a:\n  b: 1\n \tc: 2\n', 'tab after a space'],
    ['a: 1\nb: 2\na: 3', 'duplicate key'],
    ['---\na: 1\n---\nb: 2\n', 'second document'],
    ['a: !vault |\n  $ANSIBLE_VAULT\n', 'vault'],
    ['a: !thing 1', 'unknown tag'],
    ['a: {{ x }}', 'braces without quotes'],
    ['a: {{ x }} y', 'braces without quotes, with text'],
    ['a: b: c', 'colon in a value'],
    ['a: [1, 2\nb: 3\n', 'open bracket'],
    ['a: "x\nb: 1\n', 'open quote'],
    ['a: *.example', 'star without quotes'],
    ['hosts: *', 'star alone'],
    ['a: @x', 'at sign'],
    ['a: - b', 'list on the line of its key'],
    ['a: "x" y', 'text after a quote'],
    ['a: "C:\\q"', 'unknown escape'],
    ['- a\n b: 1', 'indentation'],
    ['a: &a [*a]', 'alias in its own anchor'],
    ['mode: 0644', 'leading zero'],
    ['go: 1.20', 'trailing zero'],
    ['n: 99999999999999999999', 'inexact number'],
    ['x: .inf', 'infinity'],
    [': 3', 'missing key'],
    ['a: x\u001b[2J', 'control character'],
  ])('%j (%s)', (text) => {
    expect(complaint(text)).toMatchSnapshot();
  });

  test('everything wrong with the tree is told at once', () => {
    const codes = parseYamlDocument('a: 1\na: 2\nb: *no\nc: !x 1', 'p.yml').diagnostics.map(
      ({ code }) => code,
    );
    expect(codes).toEqual(['duplicate-key', 'unknown-alias', 'unknown-tag']);
  });

  test('bytes that are not UTF-8', () => {
    const bytes = Uint8Array.from([...Buffer.from('a: 1\nb: '), 0xe9, 10]);
    expect(complaint(bytes)).toContain('p.yml: error: the file is not valid UTF-8 (line 2)');
    expect(complaint(Uint8Array.from([0xff, 0xfe, 0x61, 0]))).toContain('UTF-16');
  });

  test('an alias bomb is refused', () => {
    const levels = 'bcdefghij'.split('').map((name, index) => {
      const inner = Array(9).fill(`*${'abcdefghij'[index]}`).join(', ');
      return `${name}: &${name} [${inner}]`;
    });
    const text = `a: &a [x, x, x, x, x, x, x, x, x]\n${levels.join('\n')}`;
    expect(complaint(text)).toContain('aliases repeat more than 100000 values; the document is refused');
  });

  test('warnings leave the document usable', () => {
    const { document, diagnostics } = parseYamlDocument('mode: 0644', 'p.yml');
    expect(diagnostics.map(({ severity }) => severity)).toEqual(['warning']);
    expect(document!.value).toEqual({ mode: 644 });
  });
});

const yamlish = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'b: ',
        ': ',
        '- ',
        '\n',
        '\n  ',
        '\n\t',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '&x ',
        '*x',
        '<<: ',
        '!t ',
        '|',
      ],
      ...[
        '>-',
        '#',
        ',',
        '? ',
        '---',
        '\r\n',
        '\u001b',
        '\ufeff',
        '0644',
        '{{ x }}',
        '\\',
        '%',
        '@',
        'é',
        '\ud800',
      ],
    ),
    { maxLength: 25 },
  )
  .map((parts) => parts.join(''));

describe('any text', () => {
  test('never throws, and gives a document or an error', () => {
    fc.assert(
      fc.property(fc.oneof(yamlish, fc.string()), (text) => {
        const { document, diagnostics } = parseYamlDocument(text, 'p.yml');
        const failed = diagnostics.some(({ severity }) => severity === 'error');
        expect(document === undefined).toBe(failed);
        expect(formatDiagnostics(diagnostics)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      }),
      { numRuns: 3000 },
    );
  });

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const { document, diagnostics } = parseYamlDocument(bytes, 'p.yml');
        expect(document !== undefined || diagnostics.length > 0).toBe(true);
      }),
    );
  });

  test('JSON is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        const { document, diagnostics } = parseYamlDocument(text, 'p.yml');
        // Numbers that are not exact are refused on purpose.
        fc.pre(!diagnostics.some(({ code }) => code === 'inexact-number'));
        fc.pre(!/\\u[0-9a-f]{4}|[\x7f-\x9f\ufffe\uffff]/.test(text));
        expect(JSON.stringify(document?.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('every scalar is found where it stands', () => {
    const scalar = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.dictionary(scalar, fc.array(scalar, { minLength: 1 }), { minKeys: 1 }), (tree) => {
        const block = Object.entries(tree).map(
          ([key, items]) => `${key}:\n${items.map((x) => `  - ${x}\n`).join('')}`,
        );
        const text = block.join('');
        const document = parseYamlDocument(text, 'p.yml').document!;
        for (const [key, items] of Object.entries(tree)) {
          const { start, end } = document.locate([key], 'key');
          expect(text.slice(start.offset, end.offset)).toBe(key);
          items.forEach((item, index) => {
            const place = document.locate([key, index]);
            expect(text.slice(place.start.offset, place.end.offset)).toBe(item);
            expect(text.split('\n')[place.start.line - 1]!.slice(place.start.column - 1)).toBe(item);
          });
        }
      }),
    );
  });
});
