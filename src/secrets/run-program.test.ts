import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { type RunProgramOptions, runProgram } from './run-program.ts';

function runSh(script: string, more: Partial<RunProgramOptions> = {}) {
  return runProgram('sh', ['-c', script], { limit: 60_000, what: 'sh', ...more });
}

test('its output and its end are told', () => {
  expect(runSh('echo "a b"; exit 3')).toEqual({ stdout: 'a b\n', status: 3, signal: null });
  expect(runSh('kill -9 $$')).toEqual({ stdout: '', status: null, signal: 'SIGKILL' });
  expect(runSh('printf %s "$PWD"', { cwd: '/' })).toMatchObject({ stdout: '/', status: 0 });
});

test.each([
  ['no-such-program', 'ENOENT'],
  ['a\0b', 'ERR_INVALID_ARG_VALUE'],
])('what cannot be run at all is told so: %j', (program, error) => {
  expect(runProgram(program, [], { limit: 60_000, what: 'it' })).toMatchObject({ status: null, error });
});

test('more than anybody calls a secret is not read', () => {
  expect(runSh('yes')).toMatchObject({ stdout: '', status: null, error: 'ENOBUFS' });
});

test('when its time is over it is ended with everything that it has started', () => {
  const folder = tempFiles({});
  const script = `trap '' TERM; sh -c 'trap "" TERM; echo $$ >${folder}/inner; while :; do sleep 1; done' & echo $$ >${folder}/outer; wait; sleep 600`;
  expect(runSh(script, { limit: 1_500 })).toMatchObject({ stdout: '', error: 'ETIMEDOUT' });
  for (const name of ['inner', 'outer']) {
    const pid = readFileSync(join(folder, name), 'utf8').trim();
    expect(pid).toMatch(/^\d+$/);
    const there = execFileSync(
      'sh',
      ['-c', 'cut -d" " -f3 /proc/"$1"/stat 2>/dev/null || echo gone', 'sh', pid],
      {
        encoding: 'utf8',
      },
    ).trim();
    expect(['gone', 'Z'], name).toContain(there);
  }
});

test('a process that it leaves behind is not waited for', () => {
  expect(runSh('sleep 30 2>/dev/null & echo secret')).toEqual({
    stdout: 'secret\n',
    status: 0,
    signal: null,
  });
});

test('who is waited for is told while this thread is blocked', () => {
  const path = join(tempFiles({}), 'told');
  const fd = openSync(path, 'w');
  const { status } = runSh(`until [ -s ${path} ]; do sleep 0.1; done`, {
    what: './slow.sh (a.yml:3)',
    silence: 1,
    fd,
  });
  closeSync(fd);
  expect(status).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe('waiting for ./slow.sh (a.yml:3)\n');
});
