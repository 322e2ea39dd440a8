import { expect, test } from 'vitest';
import { readDuration } from './duration-argument.ts';
import { UsageError } from './usage.ts';

const read = (given: string): number => readDuration('host-timeout', given, 1, 86_400);

test.each([
  ['90', 90_000],
  ['90s', 90_000],
  ['1.5', 1500],
  ['1500ms', 1500],
  ['10m', 600_000],
  ['10 min', 600_000],
  ['2h', 7_200_000],
])('%s', (given, milliseconds) => {
  expect(read(given)).toBe(milliseconds);
});

test.each([
  ['', 'must be a time'],
  ['soon', 'must be a time'],
  ['10 parsecs', 'must be a time'],
  ['-5', 'must be a time'],
  ['1e9', 'must be a time'],
  ['toString', 'must be a time'],
  ['5constructor', 'must be a time'],
  ['0', 'must be from 1 to 86400 seconds'],
  ['25h', 'must be from 1 to 86400 seconds'],
])('%j is refused', (given, message) => {
  expect(() => read(given)).toThrow(UsageError);
  expect(() => read(given)).toThrow(message);
});
