import { defineConfig } from 'vitest/config';

/**
 * Two projects: `unit` is pure and fast; `lab` needs root and real hosts, after it. A file of `lab` waits for much of
 * its time, and has a lab of its own: two run side by side, whatever the machine has.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/unit/**/*.test.ts'],
          maxWorkers: '100%',
          setupFiles: ['test/support/fixed-cases.ts'],
          // What is stuck is found either way; a busy machine is no failure.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/contract/**/*.test.ts', 'test/scenario/**/*.test.ts'],
          maxWorkers: 2,
          setupFiles: ['test/support/no-leftovers.ts', 'test/support/nothing-on-hosts.ts'],
          sequence: { groupOrder: 1 },
          // Real hosts on a busy machine now and then miss a time limit; what is wrong fails twice.
          retry: 1,
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
