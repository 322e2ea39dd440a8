import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from './suggest.ts';

test.each([
  ['versoin', ['version', 'verbose'], 'version'],
  ['Name', ['name'], 'name'],
  ['presnt', ['absent', 'present'], 'present'],
  ['ab', ['ba', 'cd'], undefined],
  ['kitchen', ['sitting'], undefined],
  ['', ['a'], undefined],
  ['same', ['same'], undefined],
])('nearest to %s of %j: %s', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});

test.each([
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['abc', 'abd', 1],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
])('distance of %s and %s is %i', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});

test('distance is symmetric and zero only for equal words', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
