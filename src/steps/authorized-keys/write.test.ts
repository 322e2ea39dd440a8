import { spawnSync } from 'node:child_process';
import {
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answers, localShells, runScript } from '../../../test/support/local-shell.ts';
import type { PresentPath } from '../../engine/effect.ts';
import { privateFileLook } from '../../looks/private-file.ts';
import type { Place } from './place.ts';
import { writeAction } from './write.ts';

/** As root, with the account `nobody` as the user who may do anything in its home at any moment. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const group = spawnSync('id', ['-gn', 'nobody']).stdout.toString().trim();
const { shells, close } = localShells();
afterAll(close);

let home = '';
let outside = '';
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'keys-home-')));
  outside = realpathSync(mkdtempSync(join(tmpdir(), 'keys-outside-')));
  if (isRoot) chownSync(home, NOBODY, NOBODY);
});
afterEach(() => {
  rmSync(home, { recursive: true });
  rmSync(outside, { recursive: true });
});

const content = Buffer.from('ssh-ed25519 AAAA x\n');
const base: PresentPath = {
  exists: true,
  type: 'directory',
  mode: '0700',
  owner: 'nobody',
  group,
  size: 0,
  mtime: 0,
};

function work(directoryExists: boolean, sha256?: string) {
  const account = {
    exists: true,
    name: 'nobody',
    uid: NOBODY,
    group,
    comment: '',
    home,
    shell: '/bin/sh',
    groups: [],
    local: true,
  } as const;
  const place: Place = {
    account,
    base: home,
    baseState: base,
    directory: '.ssh',
    directoryState: directoryExists ? base : { exists: false },
    name: 'authorized_keys',
    path: `${home}/.ssh/authorized_keys`,
    file: { exists: false },
    text: '',
    sha256,
    inHome: true,
  };
  const next = { base, directory: base, file: { ...base, type: 'file', mode: '0600' } as const };
  return writeAction({ place, next, content, asRoot: true });
}

describe.runIf(isRoot).each(shells)('writing as root into the directory of a user, in $name', (shell) => {
  const run = (action: ReturnType<typeof work>) => runScript(shell, action.script, { input: content });

  test('makes the directory and the file with their owner and mode', () => {
    expect(run(work(false))).toMatchObject({ code: 0 });
    const [directory, file] = [statSync(`${home}/.ssh`), statSync(`${home}/.ssh/authorized_keys`)];
    expect([directory.uid, directory.mode & 0o7777]).toEqual([NOBODY, 0o700]);
    expect([file.uid, file.mode & 0o7777]).toEqual([NOBODY, 0o600]);
    expect(readFileSync(`${home}/.ssh/authorized_keys`)).toEqual(content);
  });

  test('a link that has taken the place of ~/.ssh leads nowhere', () => {
    symlinkSync(outside, `${home}/.ssh`);
    for (const exists of [true, false]) {
      expect(run(work(exists)).code).not.toBe(0);
      expect(statSync(outside)).toMatchObject({ uid: 0 });
      expect(() => statSync(`${outside}/authorized_keys`)).toThrow('ENOENT');
    }
  });

  test('a directory of somebody else in the place of ~/.ssh is not taken over', () => {
    mkdirSync(`${home}/.ssh`);
    chownSync(`${home}/.ssh`, 12345, 12345);
    expect(run(work(true)).code).not.toBe(0);
    expect(statSync(`${home}/.ssh`).uid).toBe(12345);
  });

  test('a link or a hard link in the place of the file is not written through', () => {
    mkdirSync(`${home}/.ssh`);
    chownSync(`${home}/.ssh`, NOBODY, NOBODY);
    writeFileSync(`${outside}/secret`, 'secret');
    symlinkSync(`${outside}/secret`, `${home}/.ssh/authorized_keys`);
    expect(run(work(true)).code).not.toBe(0);
    rmSync(`${home}/.ssh/authorized_keys`);
    linkSync(`${outside}/secret`, `${home}/.ssh/authorized_keys`);
    expect(run(work(true)).code).not.toBe(0);
    expect(readFileSync(`${outside}/secret`, 'utf8')).toBe('secret');
    expect(statSync(`${outside}/secret`).uid).toBe(0);
  });

  test('a file that was changed since it was looked at is not overwritten', () => {
    mkdirSync(`${home}/.ssh`);
    chownSync(`${home}/.ssh`, NOBODY, NOBODY);
    writeFileSync(`${home}/.ssh/authorized_keys`, 'new');
    const { code, stderr } = run(work(true, 'f'.repeat(64)));
    expect(code).not.toBe(0);
    expect(stderr.toString()).toContain('was changed by somebody else meanwhile');
    expect(readFileSync(`${home}/.ssh/authorized_keys`, 'utf8')).toBe('new');
  });
});

describe.each(shells)('reading in a place that a user controls, in $name', (shell) => {
  test('only what lies at exactly this path is read', () => {
    mkdirSync(`${home}/.ssh`);
    writeFileSync(`${home}/.ssh/plain`, 'plain\n');
    writeFileSync(`${outside}/secret`, 'secret');
    symlinkSync(`${outside}/secret`, `${home}/.ssh/link`);
    symlinkSync(outside, `${home}/linked`);
    const looks = ['.ssh/plain', '.ssh/link', 'linked/secret', '.ssh/none', '.ssh'].map((below) =>
      privateFileLook(home, below),
    );
    const [plain, link, through, none, directory] = answers(shell, looks);
    expect(Buffer.from(plain?.bytes ?? []).toString()).toBe('plain\n');
    expect([link, through, directory]).toEqual(Array(3).fill({ sha256: undefined, refused: true }));
    expect(none).toEqual({ sha256: undefined });
  });
});
