import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type LocalShell, localShells, runScript } from '../../../test/support/local-shell.ts';
import { type Shell, sh } from '../../shell/quote.ts';
import { LOCK_PRELUDE } from './lock-script.ts';
import { RECEIVE_PRELUDE } from './receive-script.ts';

const { shells, close } = localShells();
const directory = mkdtempSync(join(tmpdir(), 'provision-prelude-'));
const files = ['one', '-two'].map((name) => join(directory, name));
for (const [index, file] of files.entries()) writeFileSync(file, `content ${index}\n`);
afterAll(() => {
  close();
  rmSync(directory, { recursive: true });
});

function hashes(shell: LocalShell, script: Shell): readonly (string | undefined)[] {
  const { code, stdout } = runScript(shell, script);
  expect(code).toBe(0);
  return stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => /^([0-9a-f]{64}) /.exec(line)?.[1]);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The shell of a host whose `openssl` does something else than it should. */
function withOpenssl(shell: LocalShell, does: string): LocalShell {
  const programs = mkdtempSync(join(directory, 'bin-'));
  writeFileSync(join(programs, 'openssl'), `#!/bin/sh\n${does}\n`);
  chmodSync(join(programs, 'openssl'), 0o755);
  return { ...shell, path: `${programs}:${shell.path}` };
}

describe.each(shells)('p_sha256 in $name', (shell) => {
  const wanted = ['content 0\n', 'content 1\n'].map(sha256);

  test('hashes its input, or each file', () => {
    expect(hashes(shell, sh`p_sha256 ${files}`)).toEqual(wanted);
    expect(hashes(shell, sh`printf 'content 1\\n' | p_sha256`)).toEqual([wanted[1]]);
    expect(hashes(shell, sh`p_sha256 </dev/null`)).toEqual([sha256('')]);
  });

  test.each(['exit 127', 'exit 0', 'cat >/dev/null; echo junk'])(
    'does not rest on an openssl that is broken: %s',
    (does) => {
      const host = withOpenssl(shell, does);
      expect(hashes(host, sh`p_sha256 ${files}`)).toEqual(wanted);
      expect(hashes(host, sh`printf 'content 1\\n' | p_sha256`)).toEqual([wanted[1]]);
    },
  );

  test('knows a hash, whatever openssl says', () => {
    const [file = ''] = files;
    const [sum = '', other = ''] = wanted;
    for (const host of [
      shell,
      withOpenssl(shell, 'exit 127'),
      withOpenssl(shell, 'cat >/dev/null; echo junk'),
    ]) {
      expect(runScript(host, sh`p_has_sha256 ${sum} ${file}`).code).toBe(0);
      expect(runScript(host, sh`p_has_sha256 ${other} ${file}`).code).toBe(1);
      expect(runScript(host, sh`p_may_have_sha256 ${other} ${file}`).code).not.toBe(0);
    }
    expect(runScript(shell, sh`p_has_sha256 ${sum} ${join(directory, 'none')}`).code).not.toBe(0);
  });

  test('a file that is not there is a failure', () => {
    expect(runScript(shell, sh`p_sha256 ${join(directory, 'none')}`).code).not.toBe(0);
  });
});

describe.each(shells)('p_sync in $name', (shell) => {
  const said = (why: string): Shell =>
    sh`sync() { [ $# -gt 0 ] || { echo all; return 0; }; echo ${`sync: ${why}`} >&2; return 1; }; p_sync f`;

  test.each(['Input/output error', 'No space left on device', 'Disk quota exceeded'])(
    'fails with %s',
    (why) => {
      const { code, stdout, stderr } = runScript(shell, said(`error syncing 'f': ${why}`));
      expect([code, stdout.toString(), stderr.toString()]).toEqual([
        1,
        '',
        `sync: error syncing 'f': ${why}\n`,
      ]);
    },
  );

  test('flushes all where sync takes no paths, or may not open one', () => {
    for (const why of ['unrecognized option', "error opening 'f': Permission denied"]) {
      const { code, stdout, stderr } = runScript(shell, sh`set -eu; ${said(why)}`);
      expect([code, stdout.toString(), stderr.toString()]).toEqual([0, 'all\n', '']);
    }
    const { code, stderr } = runScript(shell, sh`set -eu; p_sync ${files} ${directory}`);
    expect([code, stderr.toString()]).toEqual([0, '']);
  });
});

test('the functions of the lock and of receiving have names of their own', () => {
  const names = ({ text }: Shell): readonly string[] => text.match(/\bp_\w+(?=\(\) \{)/g) ?? [];
  const receiving = names(RECEIVE_PRELUDE);
  expect(receiving).toContain('p_receive');
  expect(names(LOCK_PRELUDE).filter((name) => receiving.includes(name))).toEqual([]);
});
