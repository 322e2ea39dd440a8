import { afterAll, describe, expect, test } from 'vitest';
import { captured, execLimited } from '../../src/shell/capture.ts';
import { type Shell, sh } from '../../src/shell/quote.ts';
import { localShells, runScript } from '../support/local-shell.ts';

const { shells, close } = localShells();
afterAll(close);

describe.each(shells)("somebody else's command in $name", { timeout: 60_000 }, (shell) => {
  function run(
    text: string,
    options: {
      readonly input?: Uint8Array;
      readonly limit?: number;
      readonly within?: (script: Shell) => Shell;
    } = {},
  ) {
    const script = captured(execLimited(['sh', '-c', text], options.limit ?? 20));
    const { within = (one) => one } = options;
    const { code, stdout, stderr } = runScript(shell, sh`set -eu; ${within(script)}`, options);
    return { code, stdout: stdout.toString('latin1'), stderr: stderr.toString('latin1') };
  }

  test('both outputs and the status', () => {
    expect(run('echo out; echo err >&2; exit 7')).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' });
    expect(run('printf "no newline"')).toEqual({ code: 0, stdout: 'no newline', stderr: '' });
    expect(run(':')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('any bytes', () => {
    expect(run(String.raw`printf '\000\377\nmark 0\n\nmark<\n'`).stdout).toBe('\0\xff\nmark 0\n\nmark<\n');
  });

  test('much output, complete', () => {
    const { stdout, stderr } = run('head -c 3000000 /dev/zero; head -c 2000000 /dev/zero >&2');
    expect([stdout.length, stderr.length]).toEqual([3_000_000, 2_000_000]);
  });

  test('reads what it is given and no more', () => {
    expect(run('cat', { input: Buffer.from('in\0put') }).stdout).toBe('in\0put');
  });

  test('a child in the background does not hold it up, and writes nothing afterwards', () => {
    const result = run('(sleep 8; echo late) & echo now; exit 3');
    expect(result).toEqual({ code: 3, stdout: 'now\n', stderr: '' });
  });

  // There the shell is not told its own number by /proc, as where that shows the processes of others.
  const deeper = (script: Shell) => sh`(\n(\n${script}\n); exit $?\n)`;
  const stubborn = (script: Shell) => sh`trap '' PIPE\n${script}`;

  test.each([
    ['deeper than the frame of a request', deeper],
    ['where nobody minds a broken pipe', stubborn],
  ])('%s', (_, within) => {
    expect(run('echo out; echo err >&2; exit 7', { within })).toEqual({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect(run('(sleep 8; echo late) & echo now; exit 3', { within })).toEqual({
      code: 3,
      stdout: 'now\n',
      stderr: '',
    });
  });

  test('kills its parent', () => {
    expect(run('echo before; kill -9 $PPID; echo after')).toMatchObject({ code: 137 });
  });

  test('kills its process group', () => {
    expect(run('echo before; kill -9 0').code).toBe(137);
  });

  test('is ended by a signal', () => {
    expect(run('kill -TERM $$').code).toBe(143);
  });

  test('takes too long', () => {
    expect(run('echo begun; sleep 30', { limit: 1 })).toMatchObject({
      code: shell.name === 'busybox' ? 143 : 124,
      stdout: 'begun\n',
    });
  });

  test('closes its outputs and goes on', () => {
    expect(run('exec >&- 2>&-; sleep 0.3; exit 4').code).toBe(4);
  });

  test('a program that is not there', () => {
    const script = captured(execLimited(['no-such-program'], 5));
    expect(runScript(shell, script).code).toBe(127);
  });
});
