import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { carryOutAll, comparedAll } from '../../test/support/compare-locally.ts';
import { type LocalShell, localShells } from '../../test/support/local-shell.ts';
import { AT_ONCE } from '../shell/input.ts';
import { joinShell, Shell, sh } from '../shell/quote.ts';
import { type WantedFile, wantFile } from './file.ts';

const { shells, close } = localShells();
const root = mkdtempSync(join(tmpdir(), 'provision-programs-'));
afterAll(() => {
  close();
  rmSync(root, { recursive: true });
});

const NAMES = [
  'cat',
  'chmod',
  'chown',
  'dd',
  'df',
  'id',
  'mv',
  'readlink',
  'rm',
  'sha256sum',
  'stat',
  'sync',
];

/** The programs that writing a file starts on a host, in order, with their arguments; and what went wrong. */
function written(
  shell: LocalShell,
  wanted: WantedFile,
  before: Shell = sh`:`,
): { readonly lines: readonly string[]; readonly wrong: readonly string[] } {
  const log = join(root, 'log');
  writeFileSync(log, '');
  const told = NAMES.map((name) => `${name}() { echo "${name} $*" >>${log}; command ${name} "$@"; }`);
  const [comparison] = comparedAll(shell, [(view) => wantFile(view, wanted)]);
  const actions = (comparison?.actions() ?? []).map((action) => ({
    ...action,
    script: joinShell([new Shell(told.join('\n')), before, action.script]),
  }));
  const wrong = carryOutAll(shell, actions);
  return { wrong, lines: readFileSync(log, 'utf8').trimEnd().split('\n') };
}

/** The same where nothing goes wrong. */
function programs(shell: LocalShell, wanted: WantedFile, before?: Shell): readonly string[] {
  const { lines, wrong } = written(shell, wanted, before);
  expect(wrong).toEqual([]);
  return lines;
}

const names = (lines: readonly string[]): readonly string[] => lines.map((line) => line.split(' ')[0] ?? '');

describe.each(shells)('what a small file costs a host with $name', (shell) => {
  let directory = '';
  let path = '';
  beforeEach(() => {
    directory = mkdtempSync(join(root, 'd-'));
    path = join(directory, 'f');
    writeFileSync(path, 'old');
  });

  test('is no program that the shell can do without', () => {
    const common = ['stat', 'chmod', 'dd', 'mv', 'sync'];
    expect(names(programs(shell, { path, content: Buffer.from('new') }))).toEqual(common);
    // There is nothing that could be synced on the way.
    expect(programs(shell, { path, content: Buffer.alloc(0) }).slice(2)).toEqual([
      expect.stringMatching(/^sync -- \.provision-\w{12}-f$/),
      expect.stringMatching(/^mv -fT -- \.provision-\w{12}-f f$/),
      'sync -- .',
    ]);
    const large = Buffer.alloc(AT_ONCE * 2 + 1, 'x');
    const receive = ['dd bs=65536 count=2 iflag=fullblock', 'dd bs=1 count=1 iflag=fullblock'];
    const lines = programs(shell, { path, content: large }).slice(2);
    expect(lines.slice(0, 2)).toEqual(receive);
    expect(names(lines.slice(2))).toEqual(['sync', 'mv', 'sync']);
    expect(readFileSync(path).equals(large)).toBe(true);
  });

  test('the file has its owner and mode before the content is in it; setuid comes when it is whole', () => {
    const content = Buffer.from('new');
    const seen = join(root, 'seen');
    const tell = sh`dd() { command stat -L -c '%a %u %g %s' /proc/self/fd/5 >${seen}; command dd "$@"; }`;
    const whenReceived = (mode: string): string => {
      programs(shell, { path, content, owner: 'daemon', group: 'daemon', mode }, tell);
      expect(statSync(path)).toMatchObject({
        uid: 1,
        gid: 1,
        mode: 0o100000 + Number.parseInt(mode, 8),
        size: 3,
      });
      writeFileSync(path, 'old');
      return readFileSync(seen, 'utf8');
    };
    expect(whenReceived('0640')).toBe('640 1 1 0\n');
    expect(whenReceived('4751')).toBe('600 1 1 0\n');
  });

  test('bytes that nobody has said are there are counted', () => {
    const content = Buffer.from('new');
    const silent = sh`dd() { command dd "$@" 2>/dev/null; }`;
    expect(names(programs(shell, { path, content }, silent))).toEqual([
      'stat',
      'chmod',
      'stat',
      'mv',
      'sync',
    ]);
    const short = sh`dd() { { command dd "$@" | head -c 2; } 2>/dev/null; }`;
    expect(written(shell, { path, content: Buffer.from('newer') }, short).wrong[1]).toContain(
      'the file arrived incomplete',
    );
    expect(readdirSync(directory)).toEqual(['f']);
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  test('nothing is removed that is not there', () => {
    expect(names(programs(shell, { path, content: Buffer.from('new') }))).not.toContain('rm');
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  test('what a run that was cut off left is removed, a link that leads nowhere too', () => {
    const stale = ['0123456789ab', 'ba9876543210'].map((word) => join(directory, `.provision-${word}-f`));
    writeFileSync(stale[0] ?? '', 'half');
    symlinkSync('nowhere', stale[1] ?? '');
    expect(names(programs(shell, { path, content: Buffer.from('new') }))).toContain('rm');
    expect(readdirSync(directory)).toEqual(['f']);
  });

  test('it is given away only where it does not belong to whom it should', () => {
    const content = Buffer.from('new');
    const chowns = (wanted: Partial<WantedFile>): readonly string[] =>
      programs(shell, { path, content, ...wanted }).filter((line) => line.startsWith('chown '));
    expect(chowns({})).toEqual([]);
    expect(chowns({ content: Buffer.from('newer'), owner: 'root', group: 'root' })).toEqual([]);
    expect(chowns({ owner: 'daemon' })).toEqual(['chown -- daemon:root /proc/self/fd/3']);
    expect(statSync(path).uid).not.toBe(0);
    expect(chowns({ owner: 'root', group: 'daemon' })).toEqual(['chown -- root:daemon /proc/self/fd/3']);
    // What is made in such a directory belongs to the directory's group.
    chownSync(directory, 0, 2);
    chmodSync(directory, 0o2755);
    expect(chowns({ owner: 'root', group: 'root' })).toEqual(['chown -- root:root /proc/self/fd/3']);
    expect(statSync(path)).toMatchObject({ uid: 0, gid: 0 });
  });

  test('what only has another mode is not given away; what has another owner is', () => {
    const content = Buffer.from('old');
    expect(programs(shell, { path, content, mode: '0604' })).toEqual([
      'stat -L -c %d:%i=%U:%G /proc/self/fd/3',
      'chmod -- 00604 /proc/self/fd/3',
    ]);
    expect(names(programs(shell, { path, content, owner: 'daemon', mode: '4755' }))).toEqual([
      'stat',
      'chown',
      'chmod',
    ]);
    expect(statSync(path)).toMatchObject({ uid: 1, gid: 0, mode: 0o104755 });
  });

  test('what cannot be synced is an error', () => {
    const why = "dd: fsync failed for 'standard output': Input/output error";
    const fails = sh`dd() { echo ${why} >&2; command dd "$@"; return 1; }`;
    const { wrong } = written(shell, { path, content: Buffer.from('new') }, fails);
    expect(wrong[1]).toContain(why);
    expect(readdirSync(directory)).toEqual(['f']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  test('what does not pass its check is removed, and the old file stays', () => {
    const { wrong, lines } = written(shell, { path, content: Buffer.from('new'), check: sh`false` });
    expect(wrong[0]).toContain(`writing ${path}`);
    expect(names(lines)).toContain('rm');
    expect(readdirSync(directory)).toEqual(['f']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});
