import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BecomeMethod } from '../../src/inventory/become-methods.ts';
import { sh } from '../../src/shell/quote.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { anyText, CASES, firstDifference, samples } from '../support/arbitrary-text.ts';
import { openSession } from '../support/host-session.ts';
import { labName } from '../support/lab-name.ts';
import '../support/no-leftovers.ts';

/** Any text arrives unchanged over a real connection, as another user too, in one channel of it: dash by OpenSSH, busybox by dropbear. */
let lab: Lab;
let hosts: readonly LabHost[];

beforeAll(async () => {
  lab = await openLab({ name: labName('quoting') });
  await lab.down();
  hosts = await lab.up({ bookworm: 1, busybox: 1 });
});
afterAll(async () => {
  await lab?.down();
});

test.each<readonly [distro: string, login: string, method: BecomeMethod, user: string]>([
  ['bookworm', 'ops', 'sudo', 'ops'],
  ['bookworm', 'ops', 'sudo', 'root'],
  ['bookworm', 'ops', 'sudo', 'nobody'],
  ['bookworm', 'root', 'su', 'ops'],
  ['busybox', 'root', 'su', 'root'],
])('%s: logged in as %s, by %s as %s', async (distro, login, method, user) => {
  const host = hosts.find((one) => one.distro === distro) as LabHost;
  const session = await openSession(lab, host, { user: login, method });
  try {
    const { values, seed } = samples(anyText, CASES);
    const parts = Array.from({ length: Math.ceil(CASES / 500) }, (_, index) =>
      values.slice(500 * index, 500 * index + 500),
    );
    const frames = parts.map((part) => ({ script: sh`for w in ${part}; do printf '%s\\000' "$w"; done` }));
    const { results } = await session.run(user, [{ script: sh`id -un` }, ...frames], { timeout: 60_000 });
    expect(results[0]?.stdout.toString()).toBe(`${user}\n`);
    const words = results.slice(1).flatMap(({ stdout }) => stdout.toString('utf8').split('\0').slice(0, -1));
    expect(firstDifference(values, words), `seed ${seed}`).toBeUndefined();
  } finally {
    await session.close();
  }
});
