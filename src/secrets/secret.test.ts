import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { MASK } from './mask.ts';
import { Secret } from './secret.ts';

test('a secret gives its text only to who asks for it', () => {
  const secret = new Secret('hunter2');
  expect(secret.reveal()).toBe('hunter2');
  expect([`${secret}`, String(secret), inspect(secret), inspect({ secret })].join()).not.toContain('hunter2');
  expect(JSON.parse(JSON.stringify({ secret }))).toEqual({ secret: MASK });
  expect(Object.values(secret)).toEqual([]);
});
