import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { hashFile } from './hash-file.ts';

const root = mkdtempSync(join(tmpdir(), 'hashes-'));
const memory = join(root, 'provision/hashes');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const large = Buffer.alloc(1024 * 1024 + 1, 'x');

beforeAll(() => void vi.stubEnv('XDG_CACHE_HOME', root));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

test('a small file is hashed each time, a large one once', async () => {
  const file = join(root, 'large');
  writeFileSync(join(root, 'small'), 'abc', { mode: 0o755 });
  writeFileSync(file, large);
  expect(await hashFile(join(root, 'small'))).toEqual({
    sha256: sha256(Buffer.from('abc')),
    size: 3,
    executable: true,
  });
  expect((await hashFile(file)).sha256).toBe(sha256(large));
  expect(existsSync(memory), 'what has just changed is not remembered').toBe(false);
  await sleep(2100);
  expect((await hashFile(file)).sha256).toBe(sha256(large));
  const kept = join(memory, readdirSync(memory)[0] as string);
  writeFileSync(kept, readFileSync(kept, 'utf8').replace(sha256(large), 'f'.repeat(64)));
  expect((await hashFile(file)).sha256, 'it is remembered').toBe('f'.repeat(64));
  expect((await hashFile(file, { trust: false })).sha256).toBe(sha256(large));
  const changed = Buffer.alloc(large.length, 'y');
  writeFileSync(file, changed);
  utimesSync(file, 5, 5);
  expect((await hashFile(file)).sha256, 'a change with the same size is seen').toBe(sha256(changed));
});

test('a file that is not there is the error of the system', async () => {
  await expect(hashFile(join(root, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
});
