import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArchiveEntry } from './archive-entry.ts';
import { archiveTree } from './archive-tree.ts';
import { linkProblem } from './link-check.ts';

function entry(name: string, rest: Partial<ArchiveEntry> = {}): ArchiveEntry {
  return { name, type: 'file', mode: 0o644, size: 1, mtime: 5, sha256: 'x', ...rest };
}
const directory = (name: string, mode = 0o755) => entry(name, { type: 'directory', mode, size: 0 });
const link = (name: string, target: string) => entry(name, { type: 'link', target, mode: 0o777 });
const tree = (entries: readonly ArchiveEntry[], strip = 0) => archiveTree({ entries }, strip);

describe('the tree of an archive', () => {
  test('has clean names, and the directories that are only implied', () => {
    const found = tree([directory('./'), entry('.//a/./b/c'), directory('a/')]);
    expect([...found.keys()].sort()).toEqual(['.', 'a', 'a/b', 'a/b/c']);
    expect(found.get('a/b')).toMatchObject({ type: 'directory', mode: 0o755 });
  });

  test('leaves leading directories away, and takes the mode of the last as its own', () => {
    const found = tree([directory('go/', 0o750), entry('go/VERSION'), entry('go/bin/go')], 1);
    expect([...found.keys()].sort()).toEqual(['.', 'VERSION', 'bin', 'bin/go']);
    expect(found.get('.')).toMatchObject({ mode: 0o750 });
  });

  test('has a hard link as the file that it is', () => {
    const found = tree([
      entry('a', { size: 7, mode: 0o755 }),
      entry('b', { type: 'hardlink', target: './a', size: 0 }),
    ]);
    expect(found.get('b')).toEqual(found.get('a'));
  });

  test('may have links that stay in it, dangling ones too', () => {
    const found = tree([link('a/b', '../c/d'), link('x', 'nowhere'), link('self', '.')]);
    expect(found.get('a/b')).toMatchObject({ target: '../c/d' });
  });
});

describe('an archive is refused, with the name of the member', () => {
  test.each<[string, readonly ArchiveEntry[], RegExp, number?]>([
    ['absolute name', [entry('/etc/passwd')], /\/etc\/passwd is an absolute name/],
    ['..', [entry('a/../../x')], /a\/\.\.\/\.\.\/x leads out of the tree/],
    ['absolute link', [link('l', '/etc')], /l is a link that leads out of the tree, to \/etc/],
    ['link out', [link('a/l', '../../x')], /a\/l is a link that leads out/],
    ['link out by way of a link', [link('d', '.'), link('e', 'd/../f')], /e is a link that leads out/],
    ['member behind a link', [link('d', 'e'), entry('d/x')], /d\/x lies below something that is a link/],
    ['member behind a file', [entry('d'), entry('d/x')], /d\/x lies below something that is a file/],
    ['twice', [entry('a'), entry('./a')], /\.\/a is in it twice/],
    ['twice after strip', [entry('a/x'), entry('b/x')], /b\/x is in it twice after "strip: 1"/, 1],
    ['lost by strip', [entry('README')], /README would be left out by "strip: 1"/, 1],
    ['device', [entry('null', { type: 'other', what: 'a character device' })], /null is a character device/],
    ['setuid', [entry('su', { mode: 0o4755 })], /su has the setuid or setgid bit/],
    ['setgid directory', [directory('d', 0o2755)], /d has the setuid or setgid bit/],
    ['newline', [entry('a\nb')], /a\\x0ab has a control character/],
    [
      'hard link to outside',
      [entry('h', { type: 'hardlink', target: '/etc/shadow' })],
      /\/etc\/shadow is an absolute/,
    ],
    [
      'hard link to a later member',
      [entry('h', { type: 'hardlink', target: 'z' }), entry('z')],
      /no member before it/,
    ],
    ['name in another encoding', [entry('lat\xe9n', { mode: 0o4000 })], /lat\\xe9n has the setuid/],
  ])('%s', (_, entries, reason, strip = 0) => {
    expect(() => tree(entries, strip)).toThrow(reason);
  });
});

test('a link that is let through stays in the tree, as the kernel sees it', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const target = fc
    .array(fc.constantFrom('a', 'b', 'c', '..', '..', '.'), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('/'));
  fc.assert(
    fc.property(fc.dictionary(path, target, { minKeys: 1, maxKeys: 6 }), (links) => {
      const outside = mkdtempSync(join(tmpdir(), 'links-'));
      try {
        const root = join(outside, 'root');
        mkdirSync(root);
        const made = new Map<string, string>();
        for (const [place, leads] of Object.entries(links)) {
          const behind = [...made.keys()].some(
            (one) => place.startsWith(`${one}/`) || one.startsWith(`${place}/`),
          );
          if (behind || made.has(place)) continue;
          mkdirSync(dirname(join(root, place)), { recursive: true });
          symlinkSync(leads, join(root, place));
          made.set(place, leads);
        }
        const listed = archiveTreeOf(made);
        for (const place of made.keys()) {
          const real = resolved(join(root, place));
          if (real === undefined || real === root || real.startsWith(`${root}/`)) continue;
          expect(linkProblem(listed, place), `${JSON.stringify([...made])} ${place} → ${real}`).toBeDefined();
        }
      } finally {
        rmSync(outside, { recursive: true });
      }
    }),
    { numRuns: 100 },
  );
});

function archiveTreeOf(links: ReadonlyMap<string, string>) {
  return new Map(
    [...links].map(([place, target]) => [
      place,
      { type: 'link' as const, mode: 0o777, size: target.length, mtime: 0, target },
    ]),
  );
}

function resolved(path: string): string | undefined {
  try {
    // The kernel gives up on links that lead in circles; Node's own way of following them may go on for ever.
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
