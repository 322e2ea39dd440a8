import { beforeEach } from 'vitest';

/**
 * Has something asked about what all tests of a file share: whenever none of them is under way, as tests that run at the same
 * time cannot be told apart by it. What is registered first is asked last, and after all that the file itself does after a test.
 *
 * @param start called before the first test, and before the first one after a pause.
 */
export function betweenTests(start: () => void, end: () => Promise<void>): void {
  let running = 0;
  beforeEach(({ onTestFinished }) => {
    if (running === 0) start();
    running += 1;
    onTestFinished(async () => {
      running -= 1;
      if (running === 0) await end();
    });
  });
}
