import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { HostLook } from '../../src/engine/look.ts';
import { Overlay } from '../../src/engine/overlay.ts';
import type { Action, Comparison } from '../../src/engine/step-kind.ts';
import { storeKey } from '../../src/engine/store-key.ts';
import { View as HostView, type View } from '../../src/engine/view.ts';
import { wantAbsent, wantDirectory, wantFile, wantLink, wantPermissions } from '../../src/resources/path.ts';
import { joinShell, Shell, sh } from '../../src/shell/quote.ts';
import { CONFIRMED, runLines } from '../../src/ssh/session/request-script.ts';
import { answers, type LocalShell, localShells, runScript } from '../support/local-shell.ts';

/** The actions of files, directories and links on this machine's own disk, with somebody interfering. */
const { shells, close } = localShells();
let root = '';
const made: string[] = [];
const at = (name: string): string => join(root, name);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'actions-'));
  made.push(root);
  mkdirSync(at('home'));
  mkdirSync(at('foreign'));
});
afterAll(() => {
  close();
  for (const one of made) rmSync(one, { recursive: true, force: true });
});

/** Compares with what is really there. */
function compared(shell: LocalShell, compare: (view: View) => Comparison): Comparison {
  const known = new Map<string, unknown>();
  for (;;) {
    const missing = new Map<string, HostLook<unknown>>();
    const view = new HostView(known, missing as never, new Overlay(), {
      context: { proofs: new Map(), deep: false, relist: false },
      baseDirectory: '/',
      actingUser: 'root',
    });
    try {
      return compare(view);
    } catch (error) {
      if (missing.size === 0) throw error;
      for (const look of missing.values()) known.set(storeKey(look, 'root'), answers(shell, [look])[0]);
    }
  }
}

function carryOut(shell: LocalShell, actions: readonly Action[]): { code: number; stderr: string } {
  for (const { script, input } of actions) {
    const body = joinShell([sh`set -eu`, script]);
    const frame = runLines({ script: body, ...(input === undefined ? {} : { input }) });
    const text = [...frame, ...(input?.taken === true ? [CONFIRMED] : []), 'exit $rc'].join('\n');
    const { code, stderr } = runScript(shell, new Shell(text), {
      ...(input?.bytes === undefined ? {} : { input: input.bytes }),
    });
    if (code !== 0) return { code, stderr: stderr.toString() };
  }
  return { code: 0, stderr: '' };
}

describe.runIf(process.getuid?.() === 0).each(shells)('in $name', { timeout: 60_000 }, (shell) => {
  const file = (view: View) => wantFile(view, { path: at('home/f'), content: Buffer.from('new') });

  test('what is carried out is what was wanted', () => {
    const steps: readonly ((view: View) => Comparison)[] = [
      file,
      (view) => wantFile(view, { path: at('home/f'), content: Buffer.from('newer'), mode: '0600' }),
      (view) => wantPermissions(view, { path: at('home/f'), mode: '6755' }),
      (view) => wantDirectory(view, { path: at('home/a/b'), parents: true, mode: '1777' }),
      (view) => wantLink(view, { path: at('home/l'), target: "it's $x" }),
      (view) => wantAbsent(view, { path: at('home/a'), recursive: true }),
    ];
    for (const step of steps) {
      const wanted = compared(shell, step);
      expect(wanted.changes.length).toBeGreaterThan(0);
      expect(carryOut(shell, wanted.actions())).toEqual({ code: 0, stderr: '' });
      expect(compared(shell, step).changes).toEqual([]);
    }
    expect(readdirSync(at('home')).sort()).toEqual(['f', 'l']);
    expect(readFileSync(at('home/f'), 'utf8')).toBe('newer');
    expect(statSync(at('home/f')).mode & 0o7777).toBe(0o6755);
  });

  test.each<[string, (view: View) => Comparison]>([
    ['a file', file],
    ['a directory', (view) => wantDirectory(view, { path: at('home/d') })],
    ['a link', (view) => wantLink(view, { path: at('home/l'), target: 'x' })],
  ])('%s is not made in a directory that was swapped for a link', (_, compare) => {
    const { actions } = compared(shell, compare);
    renameSync(at('home'), at('moved'));
    symlinkSync('foreign', at('home'));
    const { code, stderr } = carryOut(shell, actions());
    expect(code).toBe(1);
    expect(stderr).toContain('was replaced by something else meanwhile');
    expect([...readdirSync(at('foreign')), ...readdirSync(at('moved'))]).toEqual([]);
  });

  test('nothing is made in a directory that an action before has made and somebody has swapped', () => {
    const { actions } = compared(shell, (view) =>
      wantDirectory(view, { path: at('home/a/b'), parents: true }),
    );
    const [first, ...rest] = actions();
    expect(carryOut(shell, [first as Action]).code).toBe(0);
    renameSync(at('home/a'), at('home/moved'));
    symlinkSync(at('foreign'), at('home/a'));
    expect(carryOut(shell, rest)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('was replaced by something else meanwhile'),
    });
    expect([...readdirSync(at('foreign')), ...readdirSync(at('home/moved'))]).toEqual([]);
  });

  test('nothing is removed in a directory that was swapped for a link', () => {
    mkdirSync(at('home/d'));
    mkdirSync(at('foreign/d'));
    const { actions } = compared(shell, (view) => wantAbsent(view, { path: at('home/d'), recursive: true }));
    renameSync(at('home'), at('moved'));
    symlinkSync('foreign', at('home'));
    expect(carryOut(shell, actions()).code).toBe(1);
    expect(existsSync(at('foreign/d'))).toBe(true);
  });

  test('the mode of a file that was swapped for a link is left alone, and so is what it leads to', () => {
    writeFileSync(at('home/f'), '');
    writeFileSync(at('foreign/secret'), '', { mode: 0o600 });
    const { actions } = compared(shell, (view) =>
      wantPermissions(view, { path: at('home/f'), mode: '0666' }),
    );
    rmSync(at('home/f'));
    symlinkSync('../foreign/secret', at('home/f'));
    expect(carryOut(shell, actions()).code).toBe(1);
    expect(statSync(at('foreign/secret')).mode & 0o777).toBe(0o600);
  });

  test('a file that arrives incomplete leaves the old one, and nothing beside it', () => {
    writeFileSync(at('home/f'), 'old');
    const [action] = compared(shell, file).actions();
    const { code, stderr } = carryOut(shell, [
      { ...(action as Action), input: { ...action?.input, bytes: Buffer.from('n') } as never },
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('the file arrived incomplete');
    expect(readdirSync(at('home'))).toEqual(['f']);
    expect(readFileSync(at('home/f'), 'utf8')).toBe('old');
  });

  test('a file that its own check refuses is not put in place', () => {
    writeFileSync(at('home/f'), 'old');
    const check = sh`[ "$(cat "$tmp")" = good ] || { echo 'no good' >&2; exit 3; }`;
    const { actions } = compared(shell, (view) =>
      wantFile(view, { path: at('home/f'), content: Buffer.from('bad'), check }),
    );
    expect(carryOut(shell, actions())).toEqual({ code: 3, stderr: 'no good\n' });
    expect(readdirSync(at('home'))).toEqual(['f']);
    expect(readFileSync(at('home/f'), 'utf8')).toBe('old');
  });

  test('a tree is removed without following links out of it', () => {
    mkdirSync(at('home/d'));
    symlinkSync(at('foreign'), at('home/d/out'));
    writeFileSync(at('foreign/keep'), '');
    chmodSync(at('home/d'), 0o500);
    const { actions } = compared(shell, (view) => wantAbsent(view, { path: at('home/d'), recursive: true }));
    expect(carryOut(shell, actions()).code).toBe(0);
    expect(existsSync(at('foreign/keep'))).toBe(true);
  });
});
