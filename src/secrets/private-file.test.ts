import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { makePrivateFolder } from './private-file.ts';

test('a private folder is entered by nobody else, and goes', () => {
  const folder = makePrivateFolder();
  expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  folder.remove();
  expect(existsSync(folder.path)).toBe(false);
});

test('it goes also when its process is ended without a word', { timeout: 60_000 }, async () => {
  const module = fileURLToPath(new URL('./private-file.ts', import.meta.url));
  const script = `const { makePrivateFolder } = await import(${JSON.stringify(module)});
    console.log(makePrivateFolder().path); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [told] = (await once(child.stdout, 'data')) as [Buffer];
  const path = told.toString().trim();
  expect(existsSync(path)).toBe(true);
  child.kill('SIGKILL');
  await vi.waitFor(() => expect(existsSync(path)).toBe(false), { timeout: 30_000, interval: 200 });
});
