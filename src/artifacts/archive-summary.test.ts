import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tarArchive } from '../../test/support/tar-archive.ts';
import { summarize, wholeTree } from './archive-summary.ts';
import { UnsafeArchive } from './archive-tree.ts';
import { contentDigest, listingDigest } from './tree-listing.ts';

let root: string;
let path: string;
let sha256: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'summary-'));
  path = join(root, 'a.tar');
  vi.stubEnv('XDG_CACHE_HOME', root);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

/** Writes the archive, with its hash. */
function write(bytes: Buffer): void {
  writeFileSync(path, bytes);
  sha256 = createHash('sha256').update(bytes).digest('hex');
}

function kept(): readonly string[] {
  return readdirSync(join(root, 'provision', 'archives'));
}

test('sums up the tree that an archive leads to', async () => {
  write(
    tarArchive([
      { name: 'app/bin', content: 'x' },
      { name: 'app/b', content: 'yy' },
    ]),
  );
  const tree = await wholeTree(path, sha256, 1);
  expect([...tree.keys()].sort()).toEqual(['.', 'b', 'bin']);
  expect(await summarize(path, sha256, 1, [])).toMatchObject({
    format: 'tar',
    top: 'app',
    files: 2,
    bytes: 3,
    listing: listingDigest(tree),
    contents: contentDigest(tree),
  });
});

test('remembers it for the same bytes and the same options alone', async () => {
  write(tarArchive([{ name: 'app/bin', content: 'x' }]));
  const plain = await summarize(path, sha256, 0, []);
  const others = [await summarize(path, sha256, 1, []), await summarize(path, sha256, 0, ['app/bin'])];
  for (const other of others) expect(other.listing).not.toBe(plain.listing);
  // What is remembered needs no archive any more.
  rmSync(path);
  for (const name of kept()) if (name.endsWith('.gz')) rmSync(join(root, 'provision', 'archives', name));
  expect(await summarize(path, sha256, 0, [])).toEqual(plain);
  expect(await summarize(path, sha256, 1, [])).toEqual(others[0]);
  await expect(summarize(path, sha256, 2, [])).rejects.toThrow('ENOENT');
});

test.each(['', '{}', '{"listing":"no digest"}', 'null'])(
  'reads the archive when the memory is %j',
  async (text) => {
    write(tarArchive([{ name: 'f', content: 'x' }]));
    const summary = await summarize(path, sha256, 0, []);
    for (const name of kept()) writeFileSync(join(root, 'provision', 'archives', name), text);
    expect(await summarize(path, sha256, 0, [])).toEqual(summary);
  },
);

test('an unsafe archive is refused every time', async () => {
  write(tarArchive([{ name: '../f', content: 'x' }]));
  for (let time = 0; time < 2; time += 1) {
    await expect(summarize(path, sha256, 0, [])).rejects.toThrow(UnsafeArchive);
  }
});

test('an archive that was replaced after it was hashed is refused, and nothing is remembered under that hash', async () => {
  write(tarArchive([{ name: 'f', content: 'right' }]));
  const right = sha256;
  write(tarArchive([{ name: 'f', content: 'wrong' }]));
  await expect(summarize(path, right, 0, [])).rejects.toThrow('it was replaced while it was read');
  expect(existsSync(join(root, 'provision', 'archives'))).toBe(false);
});
