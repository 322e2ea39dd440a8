import { expect, test } from 'vitest';
import { Secret } from '../secrets/secret.ts';
import { excerpt } from './excerpt.ts';
import { createLineIndex } from './line-index.ts';

test('of a very long line only what is near a place is looked at, and shown as ever', () => {
  const text = `x: {${'😀 é: 1, '.repeat(20_000)}}`;
  const lines = createLineIndex(text);
  for (const at of [0, 5, 401, 402, 403, 90_000, text.length - 1]) {
    const { line, marks } = excerpt(text, lines.range(at, at + 3), 60);
    expect(line).not.toMatch(/\p{Cs}|<U\+D/u);
    expect(line.length).toBeLessThan(80);
    expect(marks.trim()).toMatch(/^\^~*$/);
  }
});

test('a secret that the line is cut in is blotted out first, and the mark stays in its place', () => {
  const secret = 'Abc'.repeat(40);
  expect(new Secret(secret).toString()).not.toContain('Abc');
  const text = `a: {password: ${secret}, port: x}`;
  const at = text.indexOf('port');
  const { line, marks } = excerpt(text, createLineIndex(text).range(at, at + 4), 60);
  expect(line).toMatch(/^…\*+, port: x}$/);
  expect(line.slice(marks.length - 4, marks.length)).toBe('port');
});
