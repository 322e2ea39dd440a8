import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** What the lab's tests are held to (no-leftovers.ts), on tests that leave something behind. */
const LEAKS = fileURLToPath(new URL('./leaks/', import.meta.url));
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

interface Told {
  readonly testResults: readonly [
    {
      readonly message: string;
      readonly assertionResults: readonly {
        readonly title: string;
        readonly status: string;
        readonly failureMessages: readonly string[];
      }[];
    },
  ];
}

test('whatever a test leaves is told with the place that made it', { timeout: 120_000 }, () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [VITEST, 'run', '--root', LEAKS, '--reporter=json', '--no-color'],
    { encoding: 'utf8', env: { ...process.env, PROVISION_PATIENCE: '300' } },
  );
  const told = JSON.parse(stdout || stderr) as Told;
  const [{ message, assertionResults }] = told.testResults;
  const said = Object.fromEntries(
    assertionResults.map(({ title, failureMessages }) => [title, failureMessages.join('\n')]),
  );
  expect(said).toEqual({
    timer: expect.stringContaining('timer made at test/unit/leaks/leaky.ts:13:'),
    'timer that goes off soon': expect.stringContaining('timer made at test/unit/leaks/leaky.ts:16:'),
    sleep: expect.stringContaining('timer made at test/unit/leaks/leaky.ts:19:'),
    socket: expect.stringContaining('socket made at test/unit/leaks/leaky.ts:22:'),
    child: expect.stringContaining('child process made at test/unit/leaks/leaky.ts:25:'),
    orphan: expect.stringMatching(/process \d+: sleep 61/),
    file: expect.stringMatching(/open file .*leaks\/leaky.ts/),
    'nothing that is not there before': '',
    'nothing that is not closed in the end': '',
  });
  expect(message).toContain('server made at test/unit/leaks/leaky.ts:9:');
});
