import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { mountsLook } from '../../src/looks/mounts.ts';
import { REMOVE_TREE } from '../../src/resources/remove-tree.ts';
import { joinShell, sh } from '../../src/shell/quote.ts';
import { answers, localShells, runScript } from '../support/local-shell.ts';

const { shells, close } = localShells();
const root = mkdtempSync(join(tmpdir(), 'mounts-'));
mkdirSync(join(root, 'plain'));

afterAll(() => {
  close();
  rmSync(root, { recursive: true });
});

describe.each(shells)('what is mounted, in $name', { timeout: 60_000 }, (shell) => {
  test('several at once: at a path, below it, and nowhere', () => {
    const [proc, dev, plain, none, beside] = answers(
      shell,
      ['/proc', '/dev', join(root, 'plain'), join(root, 'no/such'), '/pro'].map(mountsLook),
    );
    expect(proc).toContain('/proc');
    expect(dev?.every((point) => point === '/dev' || point.startsWith('/dev/'))).toBe(true);
    expect([plain, none, beside]).toEqual([[], [], []]);
  });

  test('a tree is removed, and what a link in it leads to stays', () => {
    mkdirSync(join(root, 'tree/a b'), { recursive: true });
    writeFileSync(join(root, 'tree/a b/f'), '');
    symlinkSync(join(root, 'plain'), join(root, 'tree/link'));
    const { code } = runScript(shell, joinShell([sh`set -eu`, REMOVE_TREE, sh`remove_tree ./tree`]), {
      cwd: root,
    });
    expect([code, existsSync(join(root, 'tree')), existsSync(join(root, 'plain'))]).toEqual([0, false, true]);
  });

  test('what is mounted is not removed', () => {
    const script = joinShell([sh`set -eu`, REMOVE_TREE, sh`cd /; not_mounted ./proc; echo wrong`]);
    const { code, stdout, stderr } = runScript(shell, script);
    expect([code, stdout.toString()]).toEqual([1, '']);
    expect(stderr.toString()).toContain('something is mounted in what is to be removed');
    expect(stderr.toString()).toContain(': /proc');
  });
});
