import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { joinShell, sh } from '../../src/shell/quote.ts';
import { KEEP } from '../../src/steps/extract/keep.ts';
import { type LocalShell, localShells, runScript } from '../support/local-shell.ts';

/** What is kept on its way from an old tree into a new one. */
const { shells, close } = localShells();
const made: string[] = [];
afterAll(() => {
  close();
  for (const one of made) rmSync(one, { recursive: true, force: true });
});

const KEPT = ['logs', 'conf/d/x', 'none', 'share/own'];

/** A work directory as it is when the old tree has been moved into it. */
function work(): string {
  const root = mkdtempSync(join(tmpdir(), 'keep-'));
  made.push(root);
  for (const path of ['old/logs/deep', 'old/conf/d', 'old/share', 'new/share', 'new/logs']) {
    mkdirSync(join(root, path), { recursive: true });
  }
  for (const [path, text] of [
    ['old/logs/deep/l', 'line'],
    ['old/conf/d/x', 'mine'],
    ['old/share/own', 'mine too'],
    ['new/share/own', 'of the archive'],
    ['new/logs/empty', ''],
  ] as const) {
    writeFileSync(join(root, path), text);
  }
  writeFileSync(join(root, 'keep'), `${KEPT.join('\n')}\n`);
  return root;
}

function run(shell: LocalShell, cwd: string, script: ReturnType<typeof sh>) {
  return runScript(shell, joinShell([sh`set -eu`, KEEP, sh`exec 8<.`, script]), { cwd });
}

function tree(path: string): string {
  return spawnSync('sh', ['-c', 'find . | sort; find . -type f | sort | xargs cat'], {
    cwd: path,
  }).stdout.toString();
}

describe.each(shells)('$name', { timeout: 60_000 }, (shell) => {
  test('all of it arrives, instead of what the archive has there', () => {
    const root = work();
    const { code, stderr } = run(shell, root, sh`carry_over`);
    expect([code, stderr.toString()]).toEqual([0, '']);
    expect(tree(join(root, 'new'))).toBe(
      `${['.', './conf', './conf/d', './conf/d/x', './logs', './logs/deep', './logs/deep/l', './share', './share/own'].join('\n')}\nminelinemine too`,
    );
  });

  test('cut off before any of the renames, and in giving back as well: the old tree is whole again', () => {
    const untouched = tree(join(work(), 'old'));
    for (let cut = 0; cut <= 6; cut += 1) {
      const root = work();
      const counting = (renames: number) => sh`rm -f count; mv() {
  echo >>/proc/self/fd/8/count
  [ "$(wc -l </proc/self/fd/8/count)" -le ${renames} ] || return 1
  command mv "$@"
}`;
      const { code } = run(shell, root, joinShell([counting(cut), sh`carry_over`]));
      expect(code === 0, `with ${cut} renames`).toBe(cut === 6);
      run(shell, root, joinShell([counting(cut % 3), sh`give_back`]));
      expect(run(shell, root, sh`give_back`).code).toBe(0);
      expect(tree(join(root, 'old')), `cut off after ${cut} renames`).toBe(untouched);
    }
  });

  test.each(['old/conf', 'old/conf/d'])(
    'nothing is taken through a link at %s, nor is anything lost',
    (place) => {
      const root = work();
      const secret = join(root, 'secret');
      mkdirSync(join(secret, 'd'), { recursive: true });
      for (const name of ['x', 'd/x']) writeFileSync(join(secret, name), 'secret');
      rmSync(join(root, place), { recursive: true });
      symlinkSync(secret, join(root, place));
      const before = tree(join(root, 'old'));
      const { code, stderr } = run(shell, root, sh`carry_over`);
      expect(code).not.toBe(0);
      expect(stderr.toString()).toContain('nothing is kept through it');
      expect(run(shell, root, sh`give_back`).code).toBe(0);
      expect(tree(join(root, 'old'))).toBe(before);
      expect(tree(secret)).toContain('./d/x\n./x\n');
    },
  );

  test('a directory that is swapped for a link as it is entered', () => {
    const root = work();
    mkdirSync(join(root, 'secret'));
    writeFileSync(join(root, 'secret/x'), 'secret');
    // The shell's own test has just passed when the other process acts.
    const race = sh`cd() { if [ "$2" = ./d ]; then command mv d gone; ln -s ../../secret d; fi; command cd "$@"; }`;
    const { code, stderr } = run(shell, root, joinShell([race, sh`carry_over`]));
    expect(code).not.toBe(0);
    expect(stderr.toString()).toContain('leads elsewhere');
    expect(tree(join(root, 'secret'))).toContain('./x');
  });

  test('nothing is put through a link in the new tree', () => {
    const root = work();
    mkdirSync(join(root, 'secret'));
    const laid = sh`put_new() { if [ "$kept" = share/own ]; then rm -rf new/share; ln -s ../secret new/share; fi; put new "$kept" $n; }`;
    mkdirSync(join(root, 'old/none'));
    const { code } = run(shell, root, joinShell([laid, sh`carry_over`]));
    expect(code).not.toBe(0);
    expect(tree(join(root, 'secret'))).toBe('.\n');
  });
});
