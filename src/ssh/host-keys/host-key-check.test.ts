import { expect, test } from 'vitest';
import { VERIFIER_ANSWERS } from '../../../test/support/verifier-answers.ts';
import { distrust } from './host-key-check.ts';

const key = Buffer.from('key');

test.each(VERIFIER_ANSWERS)('%s is no proof', (_, check) => {
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
