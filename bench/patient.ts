import type { Lab, LabHost } from '../test/lab/index.ts';

const TRIES = 4;
const PAUSE_MS = 15_000;

/** Brings hosts back to their first state. @throws LabError when that fails again and again. */
export async function resetHosts(
  lab: Lab,
  hosts: readonly LabHost[],
  say: (line: string) => void,
): Promise<void> {
  await patiently(say, () => lab.reset(...hosts));
}

/** Removes the lab. @throws LabError when that fails again and again. */
export async function takeDown(lab: Lab, say: (line: string) => void): Promise<void> {
  await patiently(say, () => lab.down());
}

/** A process that waits for a busy disk cannot be ended, and the lab gives up on it after some seconds. */
async function patiently(say: (line: string) => void, action: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await action();
      return;
    } catch (error) {
      if (attempt === TRIES) throw error;
      say(`tried again: ${error instanceof Error ? error.message : error}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
