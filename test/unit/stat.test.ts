import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statLook } from '../../src/looks/stat.ts';
import { answers, localShells } from '../support/local-shell.ts';

const { shells, close } = localShells();
const root = mkdtempSync(join(tmpdir(), 'stat-'));
const at = (name: string): string => join(root, name);
const me = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();

beforeAll(() => {
  writeFileSync(at('plain'), 'hello');
  chmodSync(at('plain'), 0o640);
  writeFileSync(at(`it's a "name" $(x) \\ *`), '');
  writeFileSync(at('-e'), 'dash');
  writeFileSync(at('setuid'), '');
  chmodSync(at('setuid'), 0o4755);
  mkdirSync(at('dir'), { mode: 0o755 });
  chmodSync(at('dir'), 0o1777);
  symlinkSync('plain', at('link'));
  symlinkSync('no\nsuch target', at('dangling'));
  symlinkSync('loop', at('loop'));
  linkSync(at('plain'), at('hard'));
  execFileSync('mkfifo', [at('fifo')]);
});
afterAll(() => {
  close();
  rmSync(root, { recursive: true });
});

describe.each(shells)('stat in $name', { timeout: 60_000 }, (shell) => {
  function stat(...names: readonly string[]) {
    return answers(
      shell,
      names.map((name) => statLook(name.startsWith('/') ? name : at(name))),
    );
  }

  test('what is there and what is not, in the order asked', () => {
    const found = stat(
      'none',
      'plain',
      'none/below',
      'dir',
      'plain/below',
      'link',
      '/',
      'fifo',
      '/none/at/all',
    );
    expect(found.map((state) => (state.exists ? state.type : state))).toEqual([
      { exists: false },
      'file',
      { exists: false },
      'directory',
      { exists: false },
      'link',
      'directory',
      'other',
      { exists: false },
    ]);
  });

  test('the attributes of a file', () => {
    const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
    expect(stat('plain')).toEqual([
      {
        exists: true,
        type: 'file',
        mode: '0640',
        owner: me,
        group,
        ids: { owner: { name: me, id: process.getuid?.() }, group: { name: group, id: process.getgid?.() } },
        size: 5,
        mtime: expect.closeTo(Date.now() / 1000, -3),
        identity: expect.stringMatching(/^\d+:\d+:5:/),
      },
    ]);
  });

  test('special bits', () => {
    expect(stat('dir', 'setuid').map((state) => state.exists && state.mode)).toEqual(['1777', '4755']);
  });

  test('links are told with their target and not followed', () => {
    const found = stat('dangling', 'plain', 'link', 'loop');
    expect(found.map((state) => state.exists && [state.type, state.target])).toEqual([
      ['link', 'no\nsuch target'],
      ['file', undefined],
      ['link', 'plain'],
      ['link', 'loop'],
    ]);
  });

  test('names that a shell could mistake', () => {
    const found = stat(`it's a "name" $(x) \\ *`, '-e', 'none $(touch x)');
    expect(found.map((state) => state.exists)).toEqual([true, true, false]);
  });

  test('two names of one file have the same identity', () => {
    const [plain, hard] = stat('plain', 'hard');
    expect(plain).toEqual(hard);
  });

  test('one path that is not there', () => {
    expect(stat('none')).toEqual([{ exists: false }]);
  });
});

describe.runIf(process.getuid?.() === 0)('as another user', () => {
  test.each(shells)('a directory that may not be searched is told apart from nothing ($name)', (shell) => {
    mkdirSync(at(`closed-${shell.name}/inner`), { recursive: true, mode: 0o700 });
    chmodSync(root, 0o755);
    const look = statLook(at(`closed-${shell.name}/inner/file`));
    const script = look.kind.script([look.query as never], { proofs: new Map(), deep: false, relist: false });
    const stdout = execFileSync(
      'setpriv',
      [
        '--reuid',
        '65534',
        '--regid',
        '65534',
        '--clear-groups',
        shell.command,
        ...shell.args,
        '-c',
        `looks() {\n${script.text}\n}; looks`,
      ],
      { cwd: '/', env: { PATH: '/usr/bin:/bin' } },
    );
    const [state] = look.kind.parse(
      { stdout, stderr: Buffer.alloc(0), code: 0, mark: '' },
      [look.query as never],
      { proofs: new Map(), deep: false, relist: false },
    );
    expect(state).toEqual({ exists: false, denied: true });
  });

  test.each(shells)('owners without a name are told by number ($name)', (shell) => {
    writeFileSync(at('orphan'), '');
    execFileSync('chown', ['54321:54322', at('orphan')]);
    expect(answers(shell, [statLook(at('orphan'))])).toMatchObject([{ owner: '54321', group: '54322' }]);
  });
});
