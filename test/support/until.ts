import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until something holds.
 *
 * @param pause milliseconds between two tries.
 * @throws Error after 400 tries.
 */
export async function until(holds: () => Promise<boolean>, pause = 50): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await holds()) return;
    await sleep(pause);
  }
  throw new Error('it did not come to pass');
}
