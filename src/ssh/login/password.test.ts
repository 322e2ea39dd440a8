import { expect, test } from 'vitest';
import { Secret } from '../../secrets/secret.ts';
import { LoginPassword } from './password.ts';

const PLACE = 'ops@host:22';

test('a password that was never right is tried once at a place', () => {
  const password = new LoginPassword(new Secret('wrong'));
  password.sent(PLACE);
  expect(password.isSpent(PLACE)).toBe(true);
  expect(password.isSpent('ops@other:22')).toBe(false);
});

test('where it was right before, it is refused three times: what shuts it out may be undone just then', () => {
  const password = new LoginPassword(new Secret('right'));
  password.sent(PLACE);
  password.accepted(PLACE);
  for (let tries = 0; tries < 3; tries += 1) {
    expect(password.isSpent(PLACE)).toBe(false);
    password.sent(PLACE);
  }
  expect(password.isSpent(PLACE)).toBe(true);
});
