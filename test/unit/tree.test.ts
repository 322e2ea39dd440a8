import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aboveKept } from '../../src/artifacts/above-kept.ts';
import { type ArchiveTree, archiveTree } from '../../src/artifacts/archive-tree.ts';
import { openTar } from '../../src/artifacts/decompress.ts';
import { readTar } from '../../src/artifacts/read-tar.ts';
import { diffTree } from '../../src/artifacts/tree-diff.ts';
import { contentDigest, listingDigest } from '../../src/artifacts/tree-listing.ts';
import { type TreeState, treeLook } from '../../src/looks/tree.ts';
import { answers, type LocalShell, localShells } from '../support/local-shell.ts';

const { shells, close } = localShells();
const root = mkdtempSync(join(tmpdir(), 'tree-'));
const me = { user: execFileSync('id', ['-un'], { encoding: 'utf8' }).trim() };
const NAMES = [
  'plain',
  'with space',
  '-dash',
  `it's "quoted"`,
  '$(x) `y`',
  'back\\slash',
  'a -> b',
  'é',
  Buffer.from('lat\xe9n', 'latin1'),
  '*',
  '0:0 = ',
];
let serial = 0;

beforeAll(() => chmodSync(root, 0o755));
afterAll(() => {
  close();
  rmSync(root, { recursive: true });
});

/** Packs a directory with the system's tar, and unpacks it as `extract` does. */
async function packed(source: string, format: 'gnu' | 'pax'): Promise<{ tree: ArchiveTree; place: string }> {
  serial += 1;
  const archive = join(root, `${serial}.tar`);
  const place = join(root, `${serial}`);
  execFileSync('tar', [`--format=${format}`, '-C', source, '-cf', archive, '.']);
  mkdirSync(place);
  execFileSync('tar', ['-xpf', archive, '--no-same-owner', '-C', place]);
  const { entries } = await readTar(openTar(archive, 'tar'));
  return { tree: archiveTree({ entries }, 0), place };
}

function look(
  shell: LocalShell,
  tree: ArchiveTree,
  path: string,
  options: { deep?: boolean; keep?: string[] } = {},
) {
  const { deep = false, keep = [] } = options;
  const passed = aboveKept(tree, keep).absent;
  const query = { path, owner: me.user, group: '', keep, passed, listing: listingDigest(tree, keep) };
  return answers(shell, [
    treeLook(deep ? { ...query, contents: contentDigest(tree, keep) } : query),
  ])[0] as TreeState;
}

function differences(tree: ArchiveTree, state: TreeState, keep: readonly string[] = []): readonly string[] {
  if (!state.exists) return ['nothing there'];
  return diffTree(tree, state, { owner: 'o:g', keep }).differences.map((one) =>
    one.kind === 'changed'
      ? `${one.path}: ${one.attributes.map(({ attribute }) => attribute).join(' ')}`
      : `${one.path} ${one.kind} ${one.below}`,
  );
}

function sample(): string {
  serial += 1;
  const source = join(root, `source${serial}`);
  mkdirSync(join(source, 'dir/sub'), { recursive: true });
  writeFileSync(join(source, 'a.txt'), 'hello');
  writeFileSync(join(source, 'dir/b'), 'b', { mode: 0o755 });
  writeFileSync(join(source, 'dir/sub/c'), '');
  symlinkSync('../a.txt', join(source, 'dir/link'));
  for (const file of ['a.txt', 'dir/b', 'dir/sub/c'])
    utimesSync(join(source, file), 1_600_000_000, 1_600_000_000);
  return source;
}

test('a random tree out of a random archive is listed alike by the controller and by every host', async () => {
  type Node = { readonly mode: number; readonly mtime: number; readonly content: string };
  const node = fc.record({
    mode: fc.constantFrom(0o644, 0o755, 0o600, 0o4, 0o1777, 0o444),
    mtime: fc.constantFrom(0, 1_600_000_000, 4_000_000_000, -86_400),
    content: fc.string({ maxLength: 20 }),
  });
  const level = fc.array(
    fc.tuple(fc.integer({ min: 0, max: NAMES.length - 1 }), fc.constantFrom('f', 'd', 'l'), node),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  function build(
    directory: Buffer,
    items: readonly (readonly [number, string, Node])[],
    deeper: boolean,
  ): void {
    const taken = new Set<number>();
    for (const [index, type, { mode, mtime, content }] of items) {
      if (taken.has(index)) continue;
      taken.add(index);
      const path = Buffer.concat([directory, Buffer.from('/'), Buffer.from(NAMES[index] as string)]);
      if (type === 'l') {
        symlinkSync(Buffer.from(NAMES[(index + 1) % NAMES.length] as string), path);
        continue;
      }
      if (type === 'd') {
        mkdirSync(path);
        if (deeper) build(path, items, false);
        chmodSync(path, mode | 0o700);
        continue;
      }
      writeFileSync(path, content);
      utimesSync(path, mtime, mtime);
      chmodSync(path, mode);
    }
  }
  await fc.assert(
    fc.asyncProperty(level, fc.constantFrom('gnu' as const, 'pax' as const), async (items, format) => {
      serial += 1;
      const source = join(root, `source${serial}`);
      mkdirSync(source);
      build(Buffer.from(source), items, true);
      const { tree, place } = await packed(source, format);
      for (const shell of shells) {
        const state = look(shell, tree, place, { deep: true });
        expect(differences(tree, state), shell.name).toEqual([]);
        expect(state, shell.name).toEqual({ exists: true });
      }
    }),
    { numRuns: 5 },
  );
}, 120_000);

/** The sample is packed once, and unpacked for each test. */
let whole: { readonly tree: ArchiveTree; readonly place: string } | undefined;

async function changed(
  shell: LocalShell,
  change: (place: string) => void,
  options: { deep?: boolean; keep?: string[] } = {},
): Promise<readonly string[]> {
  whole ??= await packed(sample(), 'gnu');
  serial += 1;
  const place = join(root, `copy${serial}`);
  execFileSync('cp', ['-a', whole.place, place]);
  change(place);
  return differences(whole.tree, look(shell, whole.tree, place, options), options.keep);
}

describe('what changed in a tree is named', () => {
  const [shell] = shells as [LocalShell];
  test.each<[string, (place: string) => void, readonly unknown[]]>([
    ['a file is gone', (at) => rmSync(join(at, 'a.txt')), ['a.txt missing 0']],
    ['a directory is gone', (at) => rmSync(join(at, 'dir'), { recursive: true }), ['dir missing 4']],
    ['a file too many', (at) => writeFileSync(join(at, 'dir/more'), ''), ['dir/more extra 0']],
    ['directories too many', (at) => mkdirSync(join(at, 'x/y/z'), { recursive: true }), ['x extra 2']],
    ["a directory's mode", (at) => chmodSync(join(at, 'dir/sub'), 0o700), ['dir/sub: mode']],
    ["the root's mode", (at) => chmodSync(at, 0o700), ['.: mode']],
    ['a time', (at) => utimesSync(join(at, 'a.txt'), 5, 5), ['a.txt: mtime']],
    ['a size', (at) => writeFileSync(join(at, 'a.txt'), 'hell'), ['a.txt: size mtime']],
    ['a pipe', (at) => void execFileSync('mkfifo', [join(at, 'dir/pipe')]), ['dir/pipe extra 0']],
    [
      'a file became a directory',
      (at) => {
        rmSync(join(at, 'a.txt'));
        mkdirSync(join(at, 'a.txt'));
      },
      ['a.txt: type'],
    ],
  ])('%s', async (_, change, expected) => {
    expect(await changed(shell, change)).toEqual(expected);
  });

  test.runIf(process.getuid?.() === 0)('an owner', async () => {
    const change = (at: string): void => chownSync(join(at, 'dir'), 12_345, 0);
    expect(await changed(shell, change)).toEqual(['dir: owner']);
  });
});

describe.each(shells)('a tree in $name', (shell) => {
  test('names with newlines, which no archive brings, are told as they are, and no other path for them', async () => {
    const change = (at: string): void => {
      writeFileSync(join(at, 'a.txt\n0 = 644 5 .'), '');
      writeFileSync(join(at, 'dir/b\n'), '');
      mkdirSync(join(at, '\nd = 755 ./dir/sub'), { recursive: true });
    };
    for (const deep of [false, true]) {
      expect(await changed(shell, change, { deep })).toEqual([
        '\nd = 755 . extra 0',
        'a.txt\n0 = 644 5 . extra 0',
        'dir/b\n extra 0',
      ]);
    }
  });

  test('shows modes, targets and what is kept', async () => {
    const change = (at: string): void => {
      chmodSync(join(at, 'dir/b'), 0o700);
      rmSync(join(at, 'dir/link'));
      symlinkSync('b -> c', join(at, 'dir/link'));
      mkdirSync(join(at, 'logs'));
      writeFileSync(join(at, 'logs/x'), '');
      writeFileSync(join(at, 'logs2'), '');
      writeFileSync(join(at, 'a.txt'), 'mine');
    };
    expect(await changed(shell, change, { keep: ['logs', 'a.txt'], deep: true })).toEqual([
      'dir/b: mode',
      'dir/link: target',
      'logs2 extra 0',
    ]);
  });

  test('with bytes that changed behind the same size and time differs when asked for', async () => {
    const hide = (at: string): void => {
      writeFileSync(join(at, 'a.txt'), 'HELLO');
      utimesSync(join(at, 'a.txt'), 1_600_000_000, 1_600_000_000);
    };
    expect(await changed(shell, hide)).toEqual([]);
    expect(await changed(shell, hide, { deep: true })).toEqual(['a.txt: content']);
  });

  test('of many files is proven by content', async () => {
    serial += 1;
    const source = join(root, `source${serial}`);
    mkdirSync(source);
    for (let index = 0; index < 1500; index += 1)
      writeFileSync(join(source, `file-${index}-\\x2d`), String(index));
    const { tree, place } = await packed(source, 'gnu');
    expect(look(shell, tree, place, { deep: true })).toEqual({ exists: true });
    writeFileSync(join(place, 'file-77-\\x2d'), '78');
    utimesSync(join(place, 'file-77-\\x2d'), 1, 1);
    expect(differences(tree, look(shell, tree, place, { deep: true }))).toEqual([
      'file-77-\\x2d: mtime content',
    ]);
    // Packing and reading 1,500 files takes its time where the machine is busy.
  }, 60_000);

  test('is a directory, not a file or a link to one', async () => {
    whole ??= await packed(sample(), 'gnu');
    const { tree, place } = whole;
    symlinkSync(place, `${place}.${shell.name}`);
    const looks = [join(place, 'none'), join(place, 'a.txt'), `${place}.${shell.name}`];
    expect(looks.map((path) => look(shell, tree, path))).toEqual(looks.map(() => ({ exists: false })));
  });
});
