import { lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { linkLook } from '../../src/looks/link.ts';
import { answers, localShells } from '../support/local-shell.ts';

const { shells, close } = localShells();
const root = mkdtempSync(join(tmpdir(), 'link-'));
const me = userInfo().username;
mkdirSync(join(root, 'dir'));
writeFileSync(join(root, 'file'), '');
afterAll(() => {
  close();
  rmSync(root, { recursive: true });
});

function lay(name: string, target: string): string {
  const path = join(root, name);
  symlinkSync(target, path);
  return path;
}

const LINKS: readonly (readonly [string, string, string | undefined])[] = [
  ['to a directory', 'dir', join(root, 'dir')],
  ['through others', join(root, 'to a directory'), join(root, 'dir')],
  ['to a file', 'file', undefined],
  ['to nothing', 'gone', undefined],
  ['like -> an arrow', 'a -> b', undefined],
  ["it's quoted", `"x" 'y' $z \\`, undefined],
  ['of lines', 'a\nb\n', undefined],
  ['grün', 'ü', undefined],
];
const paths = LINKS.map(([name, target]) => lay(name, target));

describe.each(shells)('in $name', (shell) => {
  test('what is no link costs nothing, and links lead where they do', () => {
    const asked = [join(root, 'dir'), join(root, 'file'), join(root, 'gone'), ...paths];
    const found = answers(shell, asked.map(linkLook));
    expect(found.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(found.slice(3)).toEqual(LINKS.map(([, target, real]) => ({ target, real, owner: me })));
  });

  test.runIf(process.getuid?.() === 0)('whose they are', () => {
    const place = join(root, `of ${shell.name}`);
    mkdirSync(place);
    const link = (name: string, target: string): string => {
      const path = join(place, name);
      symlinkSync(target, path);
      lchownSync(path, 4711, 4711);
      return path;
    };
    const own = link('own', 'hers');
    mkdirSync(join(place, 'hers'));
    lchownSync(join(place, 'hers'), 4711, 4711);
    const asked = [own, link('others', '/etc'), link('dangling', 'gone')];
    expect(answers(shell, asked.map(linkLook))).toMatchObject([
      { owner: '4711', real: join(place, 'hers') },
      { owner: '4711', real: '/etc' },
      { owner: '4711', real: undefined },
    ]);
  });
});
