import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { joinShell, sh } from '../../shell/quote.ts';
import { sudoIncludes } from './sudo-includes.ts';

const root = mkdtempSync(join(tmpdir(), 'sudo-includes-'));
afterAll(() => rmSync(root, { recursive: true }));

function included(files: Readonly<Record<string, string>>): readonly string[] {
  const at = mkdtempSync(join(root, 'etc-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(at, name, '..'), { recursive: true });
    writeFileSync(join(at, name), text.replaceAll('AT', at));
  }
  const script = joinShell([sh`set -f`, sudoIncludes(join(at, 'sudoers'))]);
  const { stdout, stderr } = spawnSync('sh', ['-c', script.text], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => line.replace('sudoers ', '').replace(`${at}/`, ''));
}

test('what an included file includes, also one of a directory', () => {
  const files = {
    sudoers: 'root ALL=(ALL) ALL\n@include one\n  #includedir AT/more.d\n',
    one: '@include AT/two # of one\n',
    two: '',
    'more.d/ops': '@include /srv/rules\n',
    'more.d/left.out': '@include /srv/left-out\n',
    'more.d/old~': '@include /srv/old\n',
  };
  expect(included(files)).toEqual(['one', 'two', 'more.d', '/srv/rules']);
});

test('the name of the host, in short, and nothing of what lies beside it', () => {
  const short = hostname().replace(/\..*/, '');
  expect(included({ sudoers: '@include /etc/sudoers.%h\n' })).toEqual([`/etc/sudoers.${short}`]);
});

test('names with spaces, and what includes itself', () => {
  expect(
    included({ sudoers: '@include "AT/of ops"\n@include sudoers', 'of ops': '@include sudoers' }),
  ).toEqual(['of ops', 'sudoers', 'sudoers']);
});
