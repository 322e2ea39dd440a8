import { describe, expect, test } from 'vitest';
import { compilePattern, isBadPattern } from './pattern.ts';

function found(source: string, text: string): boolean {
  const compiled = compilePattern(source);
  if (isBadPattern(compiled)) throw new Error(compiled.reason);
  return compiled.test(text);
}

test.each([
  ['^web[0-9]+$', 'web01', true],
  ['^web[0-9]+$', 'web01\nx', false],
  ['b', 'abc', true],
  ['^b', 'abc', false],
  ['(?i)WEB', 'web', true],
  ['a\\/b\\-c\\.d', 'a/b-c.d', true],
  ['^\\p{L}+$', 'héé', true],
  ['', 'x', true],
])('%s in %j', (source, text, expected) => {
  expect(found(source, text)).toBe(expected);
});

describe('patterns that would stop an engine that tries one way after the other', () => {
  const long = `${'a'.repeat(100_000)}!`;
  test.each(['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(a*)*b', '(.*)*x$', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    '%s',
    (source) => {
      expect(found(source, long)).toBe(false);
    },
  );
});

test.each([
  ['(', 'missing closing )', undefined],
  ['a{1001}', 'invalid repeat count', undefined],
  ['((a{100}){100}){100}', 'invalid repeat count', undefined],
  ['(?!web)x', 'invalid or unsupported', 'no looking ahead'],
  ['(a)\\1', 'invalid escape', 'no references back'],
  ['\\u00e9', 'invalid escape', '\\x{e9}'],
  ['a|'.repeat(6000), 'it has 12000 characters', undefined],
  ['('.repeat(4000) + ')'.repeat(4000), 'nests too deeply', undefined],
])('%.40s cannot be used, and it is said why', (source, reason, hint) => {
  expect(compilePattern(source)).toEqual({
    reason: expect.stringContaining(reason),
    ...(hint === undefined ? {} : { hint: expect.stringContaining(hint) }),
  });
});
