import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { anchorsOf } from '../../src/artifacts/anchors.ts';
import { type ArchiveTree, archiveTree, type TreeEntry } from '../../src/artifacts/archive-tree.ts';
import { openTar } from '../../src/artifacts/decompress.ts';
import { readTar } from '../../src/artifacts/read-tar.ts';
import { listingDigest } from '../../src/artifacts/tree-listing.ts';
import type { HashProof, LookContext } from '../../src/engine/look.ts';
import { type TreeQuery, type TreeState, treeLook } from '../../src/looks/tree.ts';
import { localShells, runLook } from '../support/local-shell.ts';

const { shells, close } = localShells();
const root = mkdtempSync(join(tmpdir(), 'anchors-'));
const user = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
const places: Record<string, string> = {};
let tree: ArchiveTree;

/** One tree for each shell, all old enough for their times to mean something. */
beforeAll(async () => {
  const source = join(root, 'source');
  mkdirSync(join(source, 'dir/sub'), { recursive: true });
  writeFileSync(join(source, 'a.txt'), 'hello');
  writeFileSync(join(source, 'dir/run'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(source, 'dir/sub/c'), '');
  symlinkSync('../a.txt', join(source, 'dir/link'));
  execFileSync('tar', ['-C', source, '-cf', join(root, 'archive'), '.']);
  const { entries } = await readTar(openTar(join(root, 'archive'), 'tar'));
  tree = archiveTree({ entries }, 0);
  for (const { name } of shells) {
    const place = join(root, name);
    places[name] = place;
    mkdirSync(place);
    execFileSync('tar', ['-xpf', join(root, 'archive'), '--no-same-owner', '-C', place]);
  }
  await sleep(2100);
});
afterAll(() => {
  close();
  rmSync(root, { recursive: true });
});

describe.each(shells)('$name', (shell) => {
  const query = (): TreeQuery => ({
    path: places[shell.name]!,
    owner: user,
    group: '',
    keep: [],
    passed: [],
    listing: listingDigest(tree),
    anchors: anchorsOf(tree, [])!,
  });
  const look = (proofs: Map<string, HashProof>, more: Partial<LookContext> = {}) => {
    const { answers, output } = runLook<TreeState>(shell, [treeLook(query())], {
      proofs,
      deep: false,
      relist: false,
      prove: (path, proof) => proofs.set(path, proof),
      disprove: (path) => proofs.delete(path),
      ...more,
    });
    return { state: answers[0], word: output.slice(0, output.indexOf('\n')) };
  };

  test('a tree that was listed is compared by its anchors, until one moves', async () => {
    const proofs = new Map<string, HashProof>();
    expect(look(proofs).word).toBe('same');
    expect([...proofs.keys()]).toEqual([`tree:${places[shell.name]}`]);
    expect(look(proofs)).toEqual({ state: { exists: true }, word: 'recent' });
    const place = places[shell.name]!;
    const moves: readonly (readonly [string, () => void, () => void])[] = [
      ['made', () => writeFileSync(join(place, 'dir/new'), ''), () => unlinkSync(join(place, 'dir/new'))],
      [
        'removed',
        () => renameSync(join(place, 'dir/sub/c'), `${place}.c`),
        () => renameSync(`${place}.c`, join(place, 'dir/sub/c')),
      ],
      [
        'renamed',
        () => renameSync(join(place, 'a.txt'), join(place, 'b.txt')),
        () => renameSync(join(place, 'b.txt'), join(place, 'a.txt')),
      ],
      [
        'a directory with other permissions',
        () => chmodSync(join(place, 'dir/sub'), 0o700),
        () => chmodSync(join(place, 'dir/sub'), 0o755),
      ],
      [
        'a program written to in place, its times set back',
        () => {
          writeFileSync(join(place, 'dir/run'), '#!/bin/no');
          utimesSync(join(place, 'dir/run'), 1_600_000_000, 1_600_000_000);
        },
        () => execFileSync('tar', ['-xpf', join(root, 'archive'), '--no-same-owner', '-C', place]),
      ],
    ];
    for (const [what, change, back] of moves) {
      const kept = new Map(proofs);
      change();
      const { state, word } = look(kept);
      expect(word, what).toBe('differs');
      expect(state, what).toHaveProperty('listing');
      expect(kept.size, what).toBe(0);
      back();
      // As it was, but of the same second: right, and not proven.
      expect(look(kept).word, what).toBe('same');
      expect(kept.size, what).toBe(0);
    }
    await sleep(2100);
    expect(look(proofs).word).toBe('same');
    expect(look(proofs).word).toBe('recent');
  });

  test('it is listed all the same when asked to, a day later, for another wish, and byte by byte', () => {
    const proofs = new Map<string, HashProof>();
    look(proofs);
    expect(look(proofs).word).toBe('recent');
    expect(look(proofs, { relist: true }).word).toBe('same');
    expect(look(proofs, { deep: true }).word).toBe('same');
    const [[key, proof]] = [...proofs] as [[string, HashProof]];
    expect(look(new Map([[key, { ...proof, sha256: '0'.repeat(64) }]])).word).toBe('same');
    expect(look(new Map([[key, { identity: proof.identity, sha256: proof.sha256 }]])).word).toBe('same');
    vi.useFakeTimers({ now: Date.now() + 24 * 60 * 60 * 1000, toFake: ['Date'] });
    try {
      expect(look(new Map(proofs)).word).toBe('same');
    } finally {
      vi.useRealTimers();
    }
  });

  test('a file that is no program and is written to in place is found by the listing alone', async () => {
    const proofs = new Map<string, HashProof>();
    look(proofs);
    const file = join(places[shell.name]!, 'a.txt');
    writeFileSync(file, 'other');
    expect(look(proofs).word).toBe('recent');
    expect(look(proofs, { relist: true }).word).toBe('differs');
    // What is known to be wrong is not believed any more.
    expect(look(proofs).word).toBe('differs');
  });
});

test('the anchors are the directories and the programs, without what is kept', () => {
  const entry = (type: TreeEntry['type'], mode: number): TreeEntry => ({ type, mode, size: 0, mtime: 0 });
  const some: ArchiveTree = new Map([
    ['.', entry('directory', 0o755)],
    ['bin/x', entry('file', 0o711)],
    ['bin', entry('directory', 0o755)],
    ['read', entry('file', 0o644)],
    ['l', entry('link', 0o777)],
    ['logs', entry('directory', 0o755)],
    ['logs/run', entry('file', 0o755)],
  ]);
  expect(anchorsOf(some, ['logs'])).toEqual(['.', 'bin', 'bin/x']);
  expect(anchorsOf(new Map([...some, ['é', entry('directory', 0o755)]]), [])).toBeUndefined();
  const many = Array.from(
    { length: 10_000 },
    (_, index) => [`directory${index}`, entry('directory', 0o755)] as const,
  );
  expect(anchorsOf(new Map(many), [])).toBeUndefined();
});
