import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentLook } from '../../src/looks/content.ts';
import { statLook } from '../../src/looks/stat.ts';
import { writableLook } from '../../src/looks/writable.ts';
import { wantAbsent, wantDirectory, wantFile, wantPermissions } from '../../src/resources/path.ts';
import { answers, localShells } from '../support/local-shell.ts';
import { viewWith } from '../support/view.ts';

const { shells, close } = localShells();
let root = '';
const at = (name: string): string => join(root, name);
const chattr = (flag: string): boolean => spawnSync('chattr', [flag, at('fixed')]).status === 0;
let immutable = false;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'writable-'));
  mkdirSync(at("d 'x'"));
  writeFileSync(at('f'), '');
  writeFileSync(at('fixed'), '');
  chmodSync(at('f'), 0o444);
  symlinkSync('f', at('l'));
  // Not every file system has the flag.
  immutable = chattr('+i');
});
afterAll(() => {
  close();
  if (immutable) chattr('-i');
  rmSync(root, { recursive: true });
});

/** That a mount is read-only needs one: see the contract cases. */
describe.runIf(process.getuid?.() === 0).each(shells)('asked by root in $name', (shell) => {
  test('what may be written', () => {
    const looks = ["d 'x'", 'f', 'l', 'none'].map((name) => writableLook(at(name)));
    expect(answers(shell, looks)).toEqual(['yes', 'yes', 'yes', 'no']);
  });

  // The test of busybox takes root to be almighty.
  test.runIf(shell.name !== 'busybox')('an immutable file may not', (context) => {
    if (!immutable) return context.skip();
    expect(answers(shell, [writableLook(at('fixed'))])).toEqual(['no']);
  });
});

describe('where not even root may write', () => {
  const state = { exists: true, mode: '0644', owner: 'root', group: 'root', size: 1, mtime: 0 } as const;
  const content = Buffer.from('new');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const view = (...answered: readonly (readonly [string, 'no' | 'read-only'])[]) =>
    viewWith([
      [statLook('/srv'), { ...state, type: 'directory', mode: '0755' }],
      [statLook('/srv/f'), { ...state, type: 'file' }],
      [statLook('/srv/new'), { exists: false }],
      [contentLook('/srv/f', sha256), { sha256: 'other' }],
      ...answered.map(([path, writable]) => [writableLook(path), writable] as const),
    ]);

  test('nothing is made, replaced or removed', () => {
    const seen = view(['/srv', 'read-only']);
    const refusal = '/srv is on a file system that is mounted read-only';
    expect(() => wantFile(seen, { path: '/srv/f', content })).toThrow(refusal);
    expect(() => wantDirectory(seen, { path: '/srv/new' })).toThrow(refusal);
    expect(() => wantAbsent(seen, { path: '/srv/f' })).toThrow(refusal);
  });

  test('a file that is marked as immutable is left alone', () => {
    const seen = view(['/srv/f', 'no']);
    const refusal = 'not even root may change /srv/f on this host';
    expect(() => wantFile(seen, { path: '/srv/f', content })).toThrow(refusal);
    expect(() => wantPermissions(seen, { path: '/srv/f', mode: '0600' })).toThrow(refusal);
    expect(() => wantAbsent(seen, { path: '/srv/f' })).toThrow(refusal);
  });

  test('what is as wanted is no failure', () => {
    const seen = view(['/srv', 'read-only'], ['/srv/f', 'read-only']);
    expect(wantPermissions(seen, { path: '/srv/f', mode: '0644' }).changes).toEqual([]);
  });
});
