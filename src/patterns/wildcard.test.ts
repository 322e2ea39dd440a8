import { expect, test } from 'vitest';
import { matchesPatternList, matchesWildcard } from './wildcard.ts';

test.each([
  ['ro?t', 'root', true],
  ['*', '', true],
  ['?', '', false],
  ['*a*b', 'xaxbxb', true],
  ['*a*b', 'xaxbx', false],
  // Unlike a shell's, it has no sets.
  ['[a]', 'a', false],
  ['[a]*', '[a]b', true],
])('%j on %j', (pattern, text, matches) => {
  expect(matchesWildcard(pattern, text)).toBe(matches);
});

test('of a list one must match, and none that is negated', () => {
  expect(matchesPatternList(['web*', '!web7'], 'web1')).toBe(true);
  expect(matchesPatternList(['web*', '!web7'], 'web7')).toBe(false);
  expect(matchesPatternList(['!web7'], 'web1')).toBe(false);
});
