import { defineConfig } from 'vitest/config';

/** Tests that leave something behind, held to what the lab's tests are held to: see ../leftovers.test.ts. */
export default defineConfig({
  test: { include: ['leaky.ts'], setupFiles: ['../../support/no-leftovers.ts'] },
});
