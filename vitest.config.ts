import { defineConfig } from 'vitest/config';

/** Two projects: `unit` is pure and fast; `lab` needs root and real hosts, and runs its files one after the other. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'test/unit/**/*.test.ts'] } },
      {
        test: {
          name: 'lab',
          include: ['test/contract/**/*.test.ts', 'test/scenario/**/*.test.ts'],
          fileParallelism: false,
          // Real hosts on a busy machine now and then miss a time limit; what is wrong fails twice.
          retry: 1,
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
