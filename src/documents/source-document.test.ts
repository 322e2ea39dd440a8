import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Range } from './diagnostic.ts';
import type { Path } from './source-document.ts';
import { parseYamlDocument } from './yaml.ts';

const text = `vars:
  mode: 0644
  url: "http://{{ host }}/\\"x\\" {{ port }}"
  flow: {a: [1, 2], b: } # }
  empty:
  block: |
    first
    {{ second }}
base: &base
  key: value
copy:
  <<: *base
alias: *base
`;
const document = parseYamlDocument(text, 'p.yml').document!;

function at(range: Range): string {
  return text.slice(range.start.offset, range.end.offset);
}

describe('locate', () => {
  test.each<[Path, 'key' | 'value', string]>([
    [['vars', 'mode'], 'value', '0644'],
    [['vars', 'mode'], 'key', 'mode'],
    [['vars', 'url'], 'value', '"http://{{ host }}/\\"x\\" {{ port }}"'],
    [['vars', 'flow'], 'value', '{a: [1, 2], b: }'],
    [['vars', 'flow', 'a'], 'value', '[1, 2]'],
    [['vars', 'flow', 'a', 1], 'value', '2'],
    [['copy', 'key'], 'value', 'value'],
    [['alias'], 'value', '*base'],
    [['alias', 'key'], 'value', 'value'],
  ])('%j %s', (path, what, expected) => {
    expect(at(document.locate(path, what))).toBe(expected);
  });

  test('an absent value stands behind its colon', () => {
    const { start } = document.locate(['vars', 'empty']);
    expect([start.line, start.column]).toEqual([5, 9]);
  });

  test('what is missing is shown at the key of its nearest parent', () => {
    expect(at(document.locate(['vars', 'nope', 'deeper']))).toBe('vars');
    expect(document.locate(['nope'])).toEqual(document.locate([]));
  });
});

test('parts of a text are found in spite of escapes and block indentation', () => {
  const url = (document.value as { vars: { url: string; block: string } }).vars;
  const find = (path: Path, whole: string, part: string) => {
    const start = whole.indexOf(part);
    return at(document.locateWithin(path, start, start + part.length));
  };
  expect(find(['vars', 'url'], url.url, 'host')).toBe('host');
  expect(find(['vars', 'url'], url.url, 'port')).toBe('port');
  expect(find(['vars', 'block'], url.block, 'second')).toBe('second');
  expect(find(['vars', 'url'], url.url, '"x"')).toBe('"http://{{ host }}/\\"x\\" {{ port }}"');
});

test('any part of any text is found or shown whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), fc.nat(30), (value, a, b) => {
      const source = `k: ${JSON.stringify(value)}`;
      const parsed = parseYamlDocument(source, 'p.yml').document;
      fc.pre(parsed !== undefined);
      const range = parsed!.locateWithin(['k'], Math.min(a, b), Math.max(a, b));
      expect(range.start.offset).toBeGreaterThanOrEqual(3);
      expect(range.end.offset).toBeLessThanOrEqual(source.length);
      const shown = source.slice(range.start.offset, range.end.offset);
      const wanted = value.slice(Math.min(a, b), Math.max(a, b));
      expect([wanted.trim(), wanted, JSON.stringify(value), '']).toContain(shown);
    }),
    { numRuns: 2000 },
  );
});

test('the text of a scalar is as written', () => {
  expect(document.scalarText(['vars', 'mode'])).toBe('0644');
  expect(document.scalarText(['vars', 'flow'])).toBeUndefined();
  expect(document.scalarText(['vars', 'nope'])).toBeUndefined();
});
