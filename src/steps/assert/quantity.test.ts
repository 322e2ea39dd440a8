import { expect, test } from 'vitest';
import { compareVersions, fits, parseBytes, parseSeconds, splitRelation } from './quantity.ts';

test.each([
  ['6.1.0-31-amd64', '5.10', 1],
  ['5.9', '5.10', -1],
  ['6.1.0-31-amd64', '6.1', 0],
  ['6', '6.0', 0],
  ['2.36', '2.28', 1],
  ['12', '12', 0],
  ['22.04', '22.4', 0],
])('version %s against %s', (actual, wanted, sign) => {
  expect(Math.sign(compareVersions(actual, wanted))).toBe(sign);
});

test('no version fits nothing', () => {
  const relations = ['>=', '>', '<=', '<', '='] as const;
  expect(relations.some((relation) => fits(compareVersions('', '1'), relation))).toBe(false);
});

test.each([
  ['>=2', '=', { relation: '>=', rest: '2' }],
  ['< 5 s', '<=', { relation: '<', rest: '5 s' }],
  ['12', '=', { relation: '=', rest: '12' }],
] as const)('%s', (text, otherwise, parts) => {
  expect(splitRelation(text, otherwise)).toEqual(parts);
});

test.each([
  ['2 GiB', 2_147_483_648],
  ['2GB', 2_000_000_000],
  ['1.5 MiB', 1_572_864],
  ['512 B', 512],
  ['1 TiB', 1_099_511_627_776],
  [42, 42],
])('%s in bytes', (size, bytes) => {
  expect(parseBytes(size)).toBe(bytes);
});

test.each([
  ['5s', 5],
  ['250 ms', 0.25],
  ['2m', 120],
  ['1.5', 1.5],
  [3, 3],
])('%s in seconds', (duration, seconds) => {
  expect(parseSeconds(duration)).toBe(seconds);
});
