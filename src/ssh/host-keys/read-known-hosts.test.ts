import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFiles } from '../../../test/support/temp-files.ts';
import { KnownHosts } from './known-hosts-check.ts';
import { readKnownHosts, readPipe } from './read-known-hosts.ts';

function pipe(): string {
  const path = join(tempFiles({}), 'pipe');
  spawnSync('mkfifo', [path]);
  return path;
}

test('a pipe is read to its end', async () => {
  const path = pipe();
  // Open before it is read, as the pipe of a process substitution is.
  const hold = openSync(path, constants.O_RDWR);
  const writer = spawn(
    'sh',
    ['-c', 'exec 1>"$1"; echo one; echo begun >&2; sleep 0.3; echo two', 'sh', path],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  await once(writer.stderr, 'data');
  closeSync(hold);
  expect(readKnownHosts(path)).toEqual({ text: 'one\ntwo\n' });
});

test('a pipe that nobody fills, or that does not end, is not waited for', () => {
  const path = pipe();
  expect(readKnownHosts(path)).toEqual({ reason: 'the pipe is empty' });
  const hold = openSync(path, constants.O_RDWR);
  writeSync(hold, 'a');
  expect(readPipe(path, 50)).toEqual({ reason: 'the pipe does not end' });
  closeSync(hold);
});

test('of devices only the null device is read', () => {
  expect(readKnownHosts('/dev/null')).toEqual({ text: '' });
  expect(readKnownHosts('/dev/zero')).toEqual({ reason: 'this is neither a file nor a pipe' });
});

test('the one file that was named and is not there is told', () => {
  const key = Buffer.from('\0\0\0\x0bssh-ed25519'.padEnd(60, '.'));
  const said = (...files: string[]) => {
    const verdict = new KnownHosts(files, 'strict').for('web01', 22).check(key);
    return verdict.trusted ? 'trusted' : verdict.message;
  };
  expect(said('/no/known_hosts')).toContain('; the file /no/known_hosts does not exist');
  expect(said('/no/known_hosts', '/no/known_hosts2')).not.toContain('does not exist');
});
