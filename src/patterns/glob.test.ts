import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob } from './glob.ts';

test.each([
  ['*.conf', 'a.conf', true],
  ['*.conf', '.a.conf', false],
  ['*.conf', 'a.conf~', false],
  ['[0-9]?-*', '10-x', true],
  ['[!0-9]*', '10-x', false],
  ['[]a]x', ']x', true],
  ['a\\*', 'a*', undefined],
  ['[[:alpha:]]', 'a', undefined],
])('glob %j on %j', (pattern, name, matches) => {
  expect(matchesGlob(pattern, name)).toBe(matches);
});

test('matches what a shell matches', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abz019.-'), minLength: 1, maxLength: 6 });
  const pattern = fc.string({ unit: fc.constantFrom(...'ab0*?[]-!.'), minLength: 1, maxLength: 7 });
  const pairs = fc
    .sample(fc.tuple(pattern, word), { numRuns: 3000, seed: 7 })
    .filter(([text]) => !/\[[^\]]*$|\[\]|\[!\]|--|-\]|\[!?-/.test(text));
  // A leading dot has no meaning to `case`.
  const plain = pairs.filter(([, name]) => !name.startsWith('.'));
  const script = plain
    .map(([text, name]) => `case '${name}' in ${text}) echo 1 ;; *) echo 0 ;; esac`)
    .join('\n');
  const said = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
  expect(plain.map(([text, name]) => (matchesGlob(text, name) === true ? '1' : '0'))).toEqual(said);
  expect(said.filter((one) => one === '1').length).toBeGreaterThan(50);
});

test('a hostile pattern takes no time to speak of', () => {
  expect(matchesGlob(`${'*a'.repeat(2000)}b`, 'a'.repeat(4000))).toBe(false);
});
