import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, localShells, runScript } from '../../test/support/local-shell.ts';
import type { PresentPath } from '../engine/effect.ts';
import { statLook } from '../looks/stat.ts';
import { joinShell, type Shell, sh } from '../shell/quote.ts';
import { enterDirectory, type Parent } from './parent.ts';

const { shells, close } = localShells();
const root = realpathSync(mkdtempSync(join(tmpdir(), 'provision-parent-')));
afterAll(() => {
  close();
  rmSync(root, { recursive: true });
});

describe.each(shells)('entering a directory with $name', (shell) => {
  let above = '';
  beforeEach(() => {
    above = mkdtempSync(join(root, 'above-'));
  });

  const made = (name: string): Parent => {
    const path = join(above, name);
    mkdirSync(path);
    return { path, state: answers(shell, [statLook(path)])[0] as PresentPath };
  };
  const enter = (parent: Parent, before: Shell = sh`:`): ReturnType<typeof runScript> =>
    runScript(shell, joinShell([sh`set -eu`, before, enterDirectory(parent), sh`: >here; echo "$p_me"`]));
  /** Tells each program that is asked. */
  const told = sh`stat() { echo stat >&2; command stat "$@"; }; readlink() { echo readlink >&2; command readlink "$@"; }`;

  test('takes one program, which tells who acts as well', () => {
    const { stdout, stderr } = enter(made('plain'), told);
    expect(stderr.toString()).toBe('stat\n');
    expect(stdout.toString()).toBe(`${me()}\n`);
  });

  test.each([
    'two words',
    "it's",
    'back\\slash',
    'new\nline',
    'last\n',
    '-n',
    '$(x) *',
    'a -> b',
    "x' -> 'y",
    'é',
  ])('whatever its name is: %j', (name) => {
    expect(enter(made(name)).stderr.toString()).toBe('');
  });

  test('that is made by the same run, so that its inode is not known', () => {
    const { path, state } = made('new');
    const { identity: _, ...predicted } = state;
    const { stdout, stderr } = enter({ path, state: predicted }, told);
    expect(stderr.toString()).toBe('stat\n');
    expect(stdout.toString()).toBe(`${me()}\n`);
  });

  test('also where a stat says something else', () => {
    const other = sh`stat() { case $2 in *%N) echo nonsense ;; *) command stat "$@" ;; esac; }`;
    expect(enter(made('plain'), other).code).toBe(0);
    const fails = sh`stat() { case $2 in *%N) return 1 ;; *) command stat "$@" ;; esac; }`;
    const { code, stdout } = enter(made('other'), fails);
    expect(code).toBe(0);
    expect(stdout.toString()).toBe('\n');
  });

  test.each<[string, (path: string, other: string) => void]>([
    ['a link to another', (path, other) => symlinkSync(other, path)],
    ['a link to where it is now', (path) => symlinkSync(`${path}-moved`, path)],
    ['another directory', (path) => mkdirSync(path)],
  ])('does nothing where it was replaced by %s', (_what, replace) => {
    for (const name of ['plain', "it's"]) {
      const parent = made(name);
      const other = made(`${name}-other`).path;
      renameSync(parent.path, `${parent.path}-moved`);
      replace(parent.path, other);
      refused(enter(parent), parent.path, [other, `${parent.path}-moved`]);
    }
  });

  test('does nothing where a link was laid on the way, though it leads to the very directory', () => {
    const parent = made('plain');
    const moved = `${above}-moved`;
    renameSync(above, moved);
    symlinkSync(moved, above);
    refused(enter(parent), parent.path, [join(moved, 'plain')]);
  });

  test('does nothing in a directory whose name says that it is another', () => {
    const parent = made('plain');
    const { identity: _, ...predicted } = parent.state;
    const lying = join(above, `x\n0:0=root:root='`, 'proc', 'self', `cwd' -> '${above}`, 'plain');
    mkdirSync(lying, { recursive: true });
    rmSync(parent.path, { recursive: true });
    symlinkSync(lying, parent.path);
    refused(enter({ path: parent.path, state: predicted }), parent.path, [lying]);
  });
});

function refused({ code, stderr }: ReturnType<typeof runScript>, path: string, untouched: readonly string[]) {
  expect(code).toBe(1);
  expect(stderr.toString()).toContain(`${path} was replaced by something else meanwhile`);
  for (const directory of untouched) expect(execFileSync('ls', ['-A', directory]).toString()).toBe('');
}

function me(): string {
  return `${execFileSync('id', ['-un']).toString().trim()}:${execFileSync('id', ['-gn']).toString().trim()}`;
}
