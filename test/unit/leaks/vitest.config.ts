import { defineConfig } from 'vitest/config';

/** Tests that leave something behind, with the teardown of the lab's tests: see ../leftovers.test.ts. */
export default defineConfig({
  test: { include: ['leaky.ts'], setupFiles: ['../../support/no-leftovers.ts'] },
});
