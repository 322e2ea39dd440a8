import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readExtraVars } from './extra-vars.ts';

const directory = mkdtempSync(join(tmpdir(), 'extra-vars-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'vars.yml');
writeFileSync(file, 'go: { version: 1.26.1 }\nports: [80, 443]\n');

test.each([
  [['a=1'], { a: '1' }],
  [['a=b=c'], { a: 'b=c' }],
  [['a='], { a: '' }],
  [['message=hello world'], { message: 'hello world' }],
  [['{"a": 1, "b": [true]}'], { a: 1, b: [true] }],
  [['{a: 1}'], { a: 1 }],
  [['a=1', 'a=2'], { a: '2' }],
  [[`@${file}`, 'ports=22'], { go: { version: '1.26.1' }, ports: '22' }],
])('%j', (given, expected) => {
  const { values, names, diagnostics } = readExtraVars(given);
  expect({ values, diagnostics }).toEqual({ values: expected, diagnostics: [] });
  expect(names.map(({ name }) => name)).toEqual(Object.keys(expected));
});

test.each([
  ['a', 'is no variable'],
  ['1a=2', 'is no variable'],
  ['=2', 'is no variable'],
  ['a=1 b=2', 'looks like several variables'],
  [`@${directory}/none.yml`, 'no such file'],
  ['{a: [}', ''],
  ['@/dev/null', 'holds no mapping'],
])('%s is refused', (given, message) => {
  const { diagnostics } = readExtraVars([given]);
  expect(diagnostics.map((one) => one.severity)).toContain('error');
  expect(diagnostics.map((one) => one.message).join('\n')).toContain(message);
});

test('a variable of a file has its place', () => {
  const { names } = readExtraVars([`@${file}`, 'ports=22']);
  expect(names).toMatchObject([
    { name: 'go', origin: { file, range: { start: { line: 1 } } } },
    { name: 'ports' },
  ]);
  expect(names[1]).not.toHaveProperty('origin');
});
