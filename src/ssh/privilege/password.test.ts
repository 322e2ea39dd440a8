import { expect, test } from 'vitest';
import { Secret } from '../../secrets/secret.ts';
import { ConnectionError } from '../errors.ts';
import { BecomePassword } from './password.ts';

const refusal = { kind: 'privilege', message: 'sudo did not take the password' } as const;

test('shells that are opened at once wait for the first to be let in, and a wrong password is tried once', async () => {
  const password = new BecomePassword(new Secret('wrong'));
  let tries = 0;
  const login = (): Promise<string> =>
    password.use(async (secret) => {
      tries += 1;
      await new Promise((resolve) => setImmediate(resolve));
      password.refused(refusal);
      throw new ConnectionError({ ...refusal, message: secret.reveal() });
    });
  const ends = await Promise.allSettled([login(), login(), login()]);
  expect(ends.map((end) => end.status === 'rejected' && (end.reason as Error).message)).toEqual([
    'wrong',
    refusal.message,
    refusal.message,
  ]);
  expect(tries).toBe(1);
});

test('a host that does not ask leaves the password unproven; one that was let in is not waited for', async () => {
  const password = new BecomePassword(new Secret('right'));
  await password.use(async () => {});
  let inside = 0;
  let most = 0;
  const login = (): Promise<void> =>
    password.use(async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      password.accepted();
      inside -= 1;
    });
  await Promise.all([login(), login()]);
  expect(most).toBe(1);
  await Promise.all([login(), login(), login()]);
  expect(most).toBe(3);
});

test('one that was right before is refused three times: what shuts it out may be undone just then', async () => {
  const password = new BecomePassword(new Secret('right'));
  await password.use(async () => password.accepted());
  const refused = () => password.use(async () => password.refused(refusal));
  await refused();
  await refused();
  await refused();
  await expect(refused()).rejects.toThrow(refusal.message);
});
