import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { localShells, runScript } from '../../test/support/local-shell.ts';
import { PROCESS } from './process.ts';
import { joinShell, type Shell, sh } from './quote.ts';

const { shells, close } = localShells();
const folder = mkdtempSync(join(tmpdir(), 'process-'));
const program = join(folder, 'a) S 1 (b');
copyFileSync('/bin/sleep', program);
const { pid, kill } = started();
afterAll(() => {
  kill();
  close();
  rmSync(folder, { recursive: true });
});

function started(): { readonly pid: number; kill(): void } {
  const child = spawn(program, ['300'], { detached: true, stdio: 'ignore' });
  return { pid: child.pid!, kill: () => child.kill('SIGKILL') };
}

describe.each(shells)('$name', (shell) => {
  const run = (script: Shell): string => {
    const { code, stdout, stderr } = runScript(shell, joinShell([PROCESS, script]));
    expect([code, stderr.toString()]).toEqual([0, '']);
    return stdout.toString().trim();
  };

  test('what the kernel tells of a process, whatever its name', () => {
    const asked = sh`p_stat ${pid}; echo "$p_parent $p_group $p_session $p_began"`;
    const [began] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').slice(19);
    expect(run(asked)).toBe(`${process.pid} ${pid} ${pid} ${began}`);
  });

  test('no process', () => {
    // Nobody has such a number: the most that Linux gives is 4194304.
    expect(run(sh`if p_stat 4194305; then echo there; else echo none; fi`)).toBe('none');
  });

  test('no number: a link that is gone was read, and the shell goes on', () => {
    expect(run(sh`p_stat "" || :; echo "began:$p_began"`)).toBe('began:');
  });
});
