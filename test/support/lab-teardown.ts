import { afterEach, expect } from 'vitest';
import { LabError } from '../lab/errors.ts';
import { opened } from '../lab/open-lab.ts';
import { nothingOfOurs } from './nothing-of-ours.ts';

/**
 * Whatever a test was about, no host has a process of ours when it is over. Tests that run at the same time, and contract tests, which
 * try several hosts at the same time, ask for their own host by themselves: the others are in use.
 */
afterEach(async ({ task }) => {
  if (task.concurrent === true) return;
  if (expect.getState().testPath?.includes('/contract/') === true) return;
  for (const lab of opened) {
    for (const host of await lab.hosts()) {
      await nothingOfOurs(lab, [host], { files: false }).catch((error: unknown) => {
        // A test may have ended the host.
        if (!(error instanceof LabError)) throw error;
      });
    }
  }
});
