import { expect } from 'vitest';
import { LabError } from '../lab/errors.ts';
import { opened } from '../lab/open-lab.ts';
import { betweenTests } from './between-tests.ts';
import { nothingOfOurs } from './nothing-of-ours.ts';

/**
 * Whatever a test was about, no host has a process of ours when it is over. What tries several hosts at the same time also asks
 * each by itself.
 */
betweenTests(
  () => undefined,
  async () => {
    if (/\/contract\/|\/lockout\.test/.test(expect.getState().testPath ?? '')) return;
    for (const lab of opened) {
      for (const host of await lab.hosts()) {
        await nothingOfOurs(lab, [host], { files: false }).catch((error: unknown) => {
          // A test may have ended the host.
          if (!(error instanceof LabError)) throw error;
        });
      }
    }
  },
);
