import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tempFolder } from '../../../test/support/temp-files.ts';
import { rollbackScript } from './rollback-script.ts';

const started: ChildProcess[] = [];
afterAll(() => {
  for (const { pid } of started) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {}
  }
});

/** A shell in a session of its own, as a server starts one, that works and does not heed TERM. */
async function shell(): Promise<number> {
  const child = spawn('/bin/sh', ['-c', "trap '' TERM; sleep 300 & echo $!; wait; sleep 300"], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  await new Promise((resolve) => child.stdout!.once('data', resolve));
  return child.pid!;
}

/** Those of a process group that have not ended. */
function groupOf(leader: number): readonly string[] {
  const { stdout } = spawnSync('ps', ['-e', '-o', 'pgid=,stat=,comm='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => new RegExp(`^\\s*${leader}\\s+[^Z]`).test(line));
}

function startOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19]!;
}

/** A guard's directory as it is while a change is being made by the shell. */
function guard(pid: number, began: string): string {
  const directory = tempFolder('provision-guard-test-');
  writeFileSync(join(directory, 'armed'), '');
  writeFileSync(join(directory, 'shell'), `${pid} ${began}\n`);
  writeFileSync(join(directory, 'run'), rollbackScript({ what: 'nothing' }, 'test', 600).text);
  return directory;
}

test.each([['dash'], ['busybox', 'sh']])(
  'a change that is still being made is ended before it is rolled back (%s)',
  async (...sh) => {
    const [making, other] = [await shell(), await shell()];
    const directory = guard(making, startOf(making));
    const { status } = spawnSync(sh[0]!, [...sh.slice(1), join(directory, 'run'), directory, 'now']);
    expect(status).toBe(0);
    expect(existsSync(directory)).toBe(false);
    expect(groupOf(making)).toEqual([]);
    // Only that.
    expect(groupOf(other)).toHaveLength(2);
  },
);

test('a shell that only has the number of the one that made the change is left alone', async () => {
  const other = await shell();
  const directory = guard(other, '1');
  expect(spawnSync('/bin/sh', [join(directory, 'run'), directory, 'now']).status).toBe(0);
  expect(existsSync(directory)).toBe(false);
  expect(groupOf(other)).toHaveLength(2);
});
