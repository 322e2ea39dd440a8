import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readShared } from './shared-reader.ts';

/** More than the blocks that are kept for whoever lags behind. */
const SIZE = 40 * 1024 * 1024 + 4321;
const bytes = randomBytes(SIZE);
let directory: string;
let path: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'provision-shared-'));
  path = join(directory, 'artifact');
  await writeFile(path, bytes);
});
afterAll(() => rm(directory, { recursive: true }));

async function hashOf(reader: AsyncIterable<Buffer>, pause?: () => Promise<void>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of reader) {
    await pause?.();
    hash.update(chunk);
  }
  return hash.digest('hex');
}

/** Descriptors of this process that are open on the file. */
function descriptors(): number {
  const targets = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return targets.filter((target) => target === path).length;
}

test('readers of any pace get the very bytes, also one that lags far behind', async () => {
  const wanted = createHash('sha256').update(bytes).digest('hex');
  let open = 0;
  const slow = hashOf(readShared(path, SIZE), async () => {
    open = Math.max(open, descriptors());
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
  const fast: Promise<string>[] = [];
  for (let reader = 0; reader < 8; reader += 1) {
    await new Promise((resolve) => setTimeout(resolve, 3));
    fast.push(hashOf(readShared(path, SIZE)));
  }
  expect(await Promise.all(fast)).toEqual(fast.map(() => wanted));
  expect(await slow).toBe(wanted);
  expect(open).toBe(1);
  expect(descriptors()).toBe(0);
});

test('what a reader holds stays as it is while others read on', async () => {
  const held = readShared(path, SIZE)[Symbol.asyncIterator]();
  const first = (await held.next()).value as Buffer;
  for (let turn = 0; turn < 3; turn += 1) await hashOf(readShared(path, SIZE));
  expect(first.equals(bytes.subarray(0, first.length))).toBe(true);
  await held.return?.(undefined);
  expect(descriptors()).toBe(0);
});

test('readers in step use the same memory', async () => {
  const [one, other] = [readShared(path, SIZE), readShared(path, SIZE)];
  const [a, b] = await Promise.all([one.next(), other.next()]);
  expect((a.value as Buffer).buffer).toBe((b.value as Buffer).buffer);
  await Promise.all([one.return(), other.return()]);
});

test('who lags 16 MiB behind uses the memory of who is ahead, and one alone leaves none behind', async () => {
  const [ahead, behind] = [readShared(path, SIZE), readShared(path, SIZE)];
  await behind.next();
  const seen: ArrayBufferLike[] = [];
  for (let block = 0; block < 64; block += 1) seen.push(((await ahead.next()).value as Buffer).buffer);
  expect(new Set(seen).size).toBe(64);
  for (const memory of seen.slice(1)) expect(((await behind.next()).value as Buffer).buffer).toBe(memory);
  await Promise.all([ahead.return(), behind.return()]);
  const alone = new Set<ArrayBufferLike>();
  for await (const chunk of readShared(path, SIZE)) alone.add(chunk.buffer);
  expect(alone.size).toBeLessThan(8);
});

test('a file that has become shorter ends early', async () => {
  const short = join(directory, 'short');
  await writeFile(short, bytes.subarray(0, 600_000));
  await truncate(short, 300_000);
  let read = 0;
  for await (const chunk of readShared(short, 600_000)) read += chunk.length;
  expect(read).toBe(300_000);
});

test('an empty file has no chunks, and one that cannot be read is an error for each reader', async () => {
  expect(await hashOf(readShared(join(directory, 'none'), 0))).toBe(createHash('sha256').digest('hex'));
  const readers = [1, 2].map(() => hashOf(readShared(join(directory, 'none'), 10)));
  for (const result of await Promise.allSettled(readers)) {
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'ENOENT' } });
  }
});
