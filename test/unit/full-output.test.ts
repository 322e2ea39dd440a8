import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Where nothing can be written, as on a full disk. */
test.each([
  ['lint', at('playbooks/go.yml')],
  ['inventory', '-i', at('inventory/prod.yml')],
  ['inventory', '-i', at('inventory/prod.yml'), '--json'],
  ['--help'],
  ['--version'],
])('%s %s: what could not be told is exit code 1', { timeout: 30_000 }, (...args) => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  expect(stderr).toMatch(/^standard output could not be written: ENOSPC.*\n$/);
  expect(status).toBe(1);
});
