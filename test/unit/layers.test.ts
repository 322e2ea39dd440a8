import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** Folders that know one another; all others stand above what they import. */
const TOGETHER = [
  ['documents', 'secrets'],
  ['engine', 'looks', 'resources'],
];

/** What each folder may import, by the table of docs/how-it-works.md. */
const allowed = new Map(
  [...readFileSync('docs/how-it-works.md', 'utf8').matchAll(/^\| `src\/(\w+)\/` \|.*\|(.*)\|$/gm)].map(
    ([, folder = '', names = '']) => [folder, [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)],
  ),
);

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The imports from one folder into another; tests may look anywhere. */
const imports = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.includes('/') && name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .flatMap((name): readonly Import[] => {
    const file = join('src', name);
    const specifiers = readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport\(|^import)\s*'(\.[^']+)'/gm);
    return [...specifiers].map(([, specifier = '']) => {
      const [to = ''] = relative('src', resolve(dirname(file), specifier)).split('/');
      return { file, from: name.split('/')[0]!, to };
    });
  })
  .filter(({ from, to }) => from !== to);

test('every folder has its row', () => {
  const folders = readdirSync('src', { withFileTypes: true }).filter((one) => one.isDirectory());
  expect([...allowed.keys()].sort()).toEqual(folders.map(({ name }) => name).sort());
});

test('no folder imports another than those of its row', () => {
  const wrong = imports.filter(({ from, to }) => !allowed.get(from)?.includes(to));
  expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
});

test('no row allows what nobody needs', () => {
  const needed = new Set(imports.map(({ from, to }) => `${from} imports ${to}`));
  const rows = [...allowed].flatMap(([from, names]) => names.map((to) => `${from} imports ${to}`));
  expect(rows.filter((row) => !needed.has(row))).toEqual([]);
});

test('the rows stand from the bottom up', () => {
  const order = [...allowed.keys()];
  const upwards = [...allowed].flatMap(([from, names]) =>
    names.filter((to) => order.indexOf(to) > order.indexOf(from)).map((to) => [from, to] as const),
  );
  const strangers = upwards.filter(
    ([from, to]) => !TOGETHER.some((group) => group.includes(from) && group.includes(to)),
  );
  expect(strangers).toEqual([]);
});
