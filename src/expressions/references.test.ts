import { describe, expect, test } from 'vitest';
import { checkReferences, expandReferences, type Known, knownVariables } from './check.ts';
import { compileExpression } from './expression.ts';
import { factsNamed, writePath } from './reference.ts';
import { compileTemplate } from './template.ts';
import { compileValue } from './value.ts';

function references(source: string) {
  return compileExpression(source).expression!.references;
}

describe('references of an expression', () => {
  test.each([
    ['a.b["c-d"][0]', ['a.b["c-d"][0]']],
    ['go.sha256[facts.arch]', ['facts.arch', 'go.sha256[facts.arch]']],
    ['list.map(x, x.y + z)', ['list', 'z']],
    ['list.map(x, x > 1, w[x])', ['list', 'w[x]']],
    ['cel.bind(t, a.b, t.c + d)', ['a.b', 'd']],
    ['x.filter(x, x == y)', ['x', 'y']],
    ['lower(a.b) + "c".upper()', ['a.b']],
    ['{"k": v}.k', ['v']],
    ['type(q) == int', ['q', 'int']],
    ['flatten(a)[0].b', ['a']],
    ['type(list) == list', ['list', 'list']],
    ['list.map(list, list.x)', ['list']],
    ['1 + 2', []],
  ])('%s', (source, expected) => {
    expect(references(source).map(({ path }) => writePath(path))).toEqual(expected);
  });

  test.each([
    ['has(a.b.c)', 2],
    ['default(a.b, 1)', 0],
    ['defined(a.b)', 0],
    ['a.?b.c', 1],
    ['a.b[?"c"].orValue(1)', 2],
    ['a.b', undefined],
  ])('%s may be absent from segment %s', (source, from) => {
    expect(references(source)[0]!.optionalFrom).toBe(from);
  });

  test('everything inside default() may be absent', () => {
    expect(references('default(a[b.c], d)').map(({ path, optional }) => [writePath(path), optional])).toEqual(
      [
        ['b.c', true],
        ['a[b.c]', true],
        ['d', false],
      ],
    );
  });
});

describe('facts', () => {
  test('are named, directly or through variables', () => {
    const table = new Map([
      ['archive', compileValue('go-{{ facts.arch }}.tgz')],
      ['url', compileValue({ full: '{{ base }}/{{ archive }}' })],
      ['base', compileValue('http://x')],
    ]);
    const direct = compileValue('{{ url.full }} {{ facts.os }}').references;
    expect(factsNamed(direct)).toEqual({ names: ['os'], dynamic: false });
    expect(factsNamed(expandReferences(direct, [table]))).toEqual({ names: ['arch', 'os'], dynamic: false });
  });

  test('chosen at run time are told apart', () => {
    expect(factsNamed(references('facts[name]'))).toEqual({ names: [], dynamic: true });
    expect(factsNamed(references('facts'))).toEqual({ names: [], dynamic: true });
  });

  test('of file templates are named too', () => {
    const { references } = compileTemplate('{% if facts.os == "linux" %}{{ facts["arch"] }}{% endif %}', 'f');
    expect(factsNamed(references)).toEqual({ names: ['arch', 'os'], dynamic: false });
  });
});

describe('check', () => {
  const table = new Map(
    Object.entries({
      go: { version: '1.26', sha256: { amd64: 'x' }, url: 'http://{{ host }}' },
      list: [1, 2],
      items: [1],
      text: 'abc',
      computed: '{{ go }}',
    }).map(([name, value]) => [name, compileValue(value)]),
  );
  const roots = new Map<string, Known>([
    ...knownVariables([table]),
    ['facts', { kind: 'members', names: ['arch', 'os'], noun: 'fact' }],
    ['item', { kind: 'any' }],
  ]);

  test.each([
    ['go.versoin', 'undefined variable `go.versoin`', 'did you mean `version`?'],
    ['gp.version', 'undefined variable `gp`', undefined],
    ['tetx', 'undefined variable `tetx`', 'did you mean `text`?'],
    ['go.sha256.arm46', 'undefined variable `go.sha256.arm46`: `go.sha256` has no such member', undefined],
    ['go.sha256.adm64', 'undefined variable `go.sha256.adm64`', 'did you mean `amd64`?'],
    ['items[5]', 'undefined variable `items[5]`', undefined],
    ['text.length', '`text` has no members: it is the text "abc"', undefined],
    ['facts.arhc', 'there is no fact `arhc`', 'did you mean `arch`?'],
    [
      'ansible_facts.os',
      'undefined variable `ansible_facts.os`',
      'what is known of a host is under `facts`, for example facts.arch',
    ],
  ])('%s', (source, message, hint) => {
    const found = checkReferences(references(source), { roots });
    expect(found.map((one) => ({ message: one.message, hint: one.hint }))).toEqual([{ message, hint }]);
  });

  test.each([
    'go.version',
    'go.sha256[facts.arch]',
    'go.url.anything',
    'computed.version',
    'item.whatever',
    'facts.arch.size()',
    'default(nowhere, 1)',
    'has(go.nothing)',
    'list[0]',
    'list.size()',
    'type(go) == map',
  ])('%s is no mistake', (source) => {
    expect(checkReferences(references(source), { roots })).toEqual([]);
  });
});
