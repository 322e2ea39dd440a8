import { expect, test } from 'vitest';
import { distrust } from './host-key-check.ts';

const key = Buffer.from('key');
const answers: readonly [string, () => unknown][] = [
  ['false', () => false],
  ['true', () => true],
  ['undefined', () => undefined],
  ['null', () => null],
  ['0', () => 0],
  ["''", () => ''],
  ['NaN', () => Number.NaN],
  ['a promise of false', () => Promise.resolve(false)],
  ['a promise of true', () => Promise.resolve(true)],
  ['a promise of trust', () => Promise.resolve({ trusted: true })],
  ['an Error', () => new Error('no')],
  ['{}', () => ({})],
  ['a word', () => ({ trusted: 'yes' })],
  ['1', () => ({ trusted: 1 })],
  ['distrust without a message', () => ({ trusted: false })],
  [
    'what is thrown',
    () => {
      throw new Error('broken');
    },
  ],
  [
    'nothing that is thrown',
    () => {
      throw undefined;
    },
  ],
];

test.each(answers)('%s is no proof', (_, check) => {
  const failure = distrust({ knownTypes: [], check: check as never }, key);
  expect(failure).toMatchObject({ kind: 'host-key', message: expect.any(String) });
});

test('trust is, and a reason is handed on', () => {
  expect(distrust({ knownTypes: [], check: () => ({ trusted: true }) }, key)).toBeUndefined();
  const refused = { trusted: false, message: 'changed', hint: 'look' } as const;
  expect(distrust({ knownTypes: [], check: () => refused }, key)).toEqual({
    kind: 'host-key',
    message: 'changed',
    hint: 'look',
  });
});
