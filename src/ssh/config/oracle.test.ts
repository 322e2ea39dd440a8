import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { askedAbout, fileText, includedText } from '../../../test/support/ssh-config-text.ts';
import { fromSsh, fromUs } from '../../../test/support/ssh-oracle.ts';

/** What OpenSSH itself makes of a file (`ssh -G`) is the yardstick: that of this machine here, of others on hosts of the lab. */
const home = mkdtempSync(join(tmpdir(), 'ssh-config-'));
mkdirSync(join(home, '.ssh'), { mode: 0o700 });
afterAll(() => rmSync(home, { recursive: true }));
/** Without it the same files each time; with it so many, and others. */
const MANY = process.env.PROVISION_FUZZ_RUNS;
const RUNS = Number(MANY ?? 150);

/** Undefined where ssh refuses the file. */
function askSsh(file: string, host: string): ReturnType<typeof fromUs> {
  const ran = spawnSync('ssh', ['-G', '-F', file, host], {
    encoding: 'utf8',
    env: { ...process.env, HOME: home },
  });
  // A host that is its own jump host is reached directly here.
  fc.pre(!ran.stderr.includes('jumphost loop'));
  return ran.status === 0 ? fromSsh(ran.stdout) : undefined;
}

const write = (path: string, text: string): void => writeFileSync(path, text.replaceAll('/HOME', home));

test('random files mean what they mean to ssh', () => {
  let accepted = 0;
  fc.assert(
    fc.property(fileText, includedText, includedText, askedAbout, (text, first, second, host) => {
      write(join(home, '.ssh', 'one'), first);
      write(join(home, '.ssh', 'two'), second);
      const file = join(home, 'config');
      write(file, text);
      const expected = askSsh(file, host);
      expect(fromUs(file, host, home)).toEqual(expected);
      if (expected !== undefined) accepted += 1;
    }),
    { numRuns: RUNS, ...(MANY === undefined ? { seed: 1 } : {}) },
  );
  // Files that are refused alone would prove little.
  expect(accepted).toBeGreaterThan(RUNS / 5);
}, 600_000);

test('a file that others may write to is refused when it is included, as by ssh', () => {
  const included = join(home, '.ssh', 'open');
  writeFileSync(included, 'Port 23\n');
  chmodSync(included, 0o666);
  const file = join(home, 'config');
  writeFileSync(file, 'Include open\n');
  expect(askSsh(file, 'web01')).toBeUndefined();
  expect(fromUs(file, 'web01', home)).toBeUndefined();
  chmodSync(included, 0o644);
  expect(fromUs(file, 'web01', home)).toEqual(askSsh(file, 'web01'));
});
