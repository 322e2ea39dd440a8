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

test('the text of a scalar is as written', () => {
  expect(document.scalarText(['vars', 'mode'])).toBe('0644');
  expect(document.scalarText(['vars', 'flow'])).toBeUndefined();
  expect(document.scalarText(['vars', 'nope'])).toBeUndefined();
});
