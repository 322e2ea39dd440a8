import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tarArchive } from '../../test/support/tar-archive.ts';
import { summarize, wholeTree } from './archive-summary.ts';
import { UnsafeArchive } from './archive-tree.ts';
import { contentDigest, listingDigest } from './tree-listing.ts';

const SHA256 = 'ab'.repeat(32);
let root: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'summary-'));
  path = join(root, 'a.tar');
  vi.stubEnv('XDG_CACHE_HOME', root);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

function kept(): readonly string[] {
  return readdirSync(join(root, 'provision', 'archives'));
}

test('sums up the tree that an archive leads to', async () => {
  writeFileSync(
    path,
    tarArchive([
      { name: 'app/bin', content: 'x' },
      { name: 'app/b', content: 'yy' },
    ]),
  );
  const tree = await wholeTree(path, SHA256, 1);
  expect([...tree.keys()].sort()).toEqual(['.', 'b', 'bin']);
  expect(await summarize(path, SHA256, 1, [])).toMatchObject({
    format: 'tar',
    top: 'app',
    files: 2,
    bytes: 3,
    listing: listingDigest(tree),
    contents: contentDigest(tree),
  });
});

test('remembers it for the same bytes and the same options alone', async () => {
  writeFileSync(path, tarArchive([{ name: 'app/bin', content: 'x' }]));
  const plain = await summarize(path, SHA256, 0, []);
  const others = [await summarize(path, SHA256, 1, []), await summarize(path, SHA256, 0, ['app/bin'])];
  for (const other of others) expect(other.listing).not.toBe(plain.listing);
  // What is remembered needs no archive any more.
  rmSync(path);
  for (const name of kept()) if (name.endsWith('.gz')) rmSync(join(root, 'provision', 'archives', name));
  expect(await summarize(path, SHA256, 0, [])).toEqual(plain);
  expect(await summarize(path, SHA256, 1, [])).toEqual(others[0]);
  await expect(summarize(path, SHA256, 2, [])).rejects.toThrow('ENOENT');
});

test.each(['', '{}', '{"listing":"no digest"}', 'null'])(
  'reads the archive when the memory is %j',
  async (text) => {
    writeFileSync(path, tarArchive([{ name: 'f', content: 'x' }]));
    const summary = await summarize(path, SHA256, 0, []);
    for (const name of kept()) writeFileSync(join(root, 'provision', 'archives', name), text);
    expect(await summarize(path, SHA256, 0, [])).toEqual(summary);
  },
);

test('an unsafe archive is refused every time', async () => {
  writeFileSync(path, tarArchive([{ name: '../f', content: 'x' }]));
  for (let time = 0; time < 2; time += 1) {
    await expect(summarize(path, SHA256, 0, [])).rejects.toThrow(UnsafeArchive);
  }
});
