import { describe, expect, test } from 'vitest';
import { stepsProgram } from '../../test/support/run-steps.ts';
import { WithoutLinks } from '../../test/support/view.ts';
import { accountLook } from '../looks/account.ts';
import { contentLook } from '../looks/content.ts';
import { earlierDiskSpaceLook } from '../looks/disk-space.ts';
import { programLook } from '../looks/program.ts';
import { loginFilesLook } from '../looks/sshd/login-files.ts';
import { statLook } from '../looks/stat.ts';
import { toolLook } from '../looks/tool.ts';
import { writableLook } from '../looks/writable.ts';
import { newHostState } from './host-state.ts';
import type { Look } from './look.ts';
import { predictHost } from './predict.ts';
import { storeKey } from './store-key.ts';

const ETC = {
  exists: true,
  type: 'directory',
  mode: '0755',
  owner: 'root',
  group: 'root',
  size: 0,
  mtime: 0,
};
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const FILE = { ...ETC, type: 'file', mode: '0644' };
const COMMAND = { command: { argv: ['make'] } };

function predicted(
  steps: Parameters<typeof stepsProgram>[1],
  answers: readonly (readonly [Look<unknown>, unknown])[],
  mode: 'dry-run' | 'drift' = 'dry-run',
  asApp: readonly (readonly [Look<unknown>, unknown])[] = [],
  unguarded = false,
) {
  const state = { ...newHostState(new Map(), false), unguarded };
  const known = new WithoutLinks([
    ...[...answers, [programLook('make'), true] as const].map(
      ([look, answer]) => [storeKey(look, 'root'), answer] as const,
    ),
    ...asApp.map(([look, answer]) => [storeKey(look, 'app'), answer] as const),
  ]);
  const prediction = predictHost(stepsProgram('h', steps), { ...state, answers: known }, mode);
  expect([...prediction.missing.keys()]).toEqual([]);
  return prediction.steps;
}

const present = [
  [statLook('/etc'), ETC],
  [statLook('/etc/f'), FILE],
  [contentLook('/etc/f', EMPTY_SHA256), { sha256: EMPTY_SHA256 }],
] as const;

test('with --no-guard a step tells before it acts what it would do without a guard', () => {
  const ssh = { file: { path: '/etc/pam.d/sshd', content: '' } };
  const looks = [
    [statLook('/etc/pam.d'), ETC],
    [statLook('/etc/pam.d/sshd'), { ...FILE, mode: '0600' }],
    [contentLook('/etc/pam.d/sshd', EMPTY_SHA256), { sha256: EMPTY_SHA256 }],
  ] as const;
  const notesOf = (mode: string, unguarded: boolean): unknown => {
    const steps = [{ file: { ...ssh.file, mode } }];
    const [{ outcome } = {}] = predicted(steps, looks, 'dry-run', [], unguarded);
    return outcome?.kind === 'done' ? outcome.value.comparison.notes : outcome;
  };
  expect(notesOf('0644', true)).toEqual(['without a guard (--no-guard): /etc/pam.d/sshd']);
  expect(notesOf('0644', false)).toBeUndefined();
  expect(notesOf('0600', true)).toBeUndefined();
});

test('who logs in is looked at again where that is guarded', () => {
  const asked = [
    [loginFilesLook('root'), { settings: [], includes: [], sudoers: [], pam: [] }],
    [accountLook('root'), { exists: true, name: 'root', home: '/root', shell: '/bin/sh' }],
    ...['/etc', '/root'].map(
      (path) => [earlierDiskSpaceLook(path), { available: 1024, mount: '/' }] as const,
    ),
    ...present,
    [statLook('/root'), ETC],
    [statLook('/root/.bashrc'), FILE],
    [contentLook('/root/.bashrc', EMPTY_SHA256), { sha256: 'other' }],
    [contentLook('/etc/f', EMPTY_SHA256), { sha256: 'other' }],
  ] as const;
  const looksOf = (path: string): Record<'seen' | 'again', boolean> => {
    const [{ outcome } = {}] = predicted([{ file: { path, content: '' } }], asked);
    if (outcome?.kind !== 'done') throw new Error(JSON.stringify(outcome));
    const key = storeKey(accountLook('root'), 'root');
    const { seen, again } = outcome.value;
    expect([...again.keys()]).toContain(storeKey(statLook(path), 'root'));
    return { seen: seen.has(key), again: again.has(key) };
  };
  expect(looksOf('/etc/f')).toEqual({ seen: true, again: false });
  expect(looksOf('/root/.bashrc')).toEqual({ seen: true, again: true });
});

describe('after a command', () => {
  const file = { file: { path: '/etc/f', content: '' } };

  test('what is as wanted is told with what it takes for granted', () => {
    const steps = predicted([file, COMMAND, file], present);
    expect(steps.map(({ assumes }) => assumes.map(({ name }) => name))).toEqual([[], [], ['command']]);
  });

  test('what is missing is known only at apply: the command may bring it', () => {
    const [, last] = predicted(
      [COMMAND, { file: { path: '/none/f', content: '' } }],
      [
        [statLook('/none'), { exists: false }],
        [statLook('/none/f'), { exists: false }],
        [contentLook('/none/f', EMPTY_SHA256), { sha256: undefined }],
      ],
    );
    expect(last?.outcome).toMatchObject({
      kind: 'deferred',
      reason: expect.stringMatching(
        /^the directory \/none does not exist .*, unless that is changed before by "command"/,
      ),
    });
  });

  test('a user to act as may be brought too', () => {
    const [, last] = predicted(
      [COMMAND, { become: true, become_user: 'app', file: { path: '/etc/f', content: '' } }],
      [
        [accountLook('app'), { exists: false }],
        [toolLook('sudo'), true],
      ],
    );
    expect(last?.outcome).toMatchObject({ kind: 'deferred' });
  });

  test('in a drift check it is not run, so nothing is taken for granted', () => {
    const steps = predicted([COMMAND, file], present, 'drift');
    expect(steps.map(({ assumes }) => assumes)).toEqual([[], []]);
  });
});

test('in a drift check a guarded command takes nothing for granted either', () => {
  const [, last] = predicted(
    [{ command: { argv: ['make'], creates: '/m' } }, { file: { path: '/none/f', content: '' } }],
    [
      [statLook('/m'), { exists: false }],
      [statLook('/none'), { exists: false }],
      [statLook('/none/f'), { exists: false }],
      [contentLook('/none/f', EMPTY_SHA256), { sha256: undefined }],
    ],
    'drift',
  );
  expect(last).toMatchObject({ outcome: { kind: 'failed' }, assumes: [] });
});

test('a link that an earlier step lays for somebody else is not followed to what is not theirs', () => {
  const link = { path: '/app/now', target: '/opt/r1' };
  const [, last] = predicted(
    [{ become: true, become_user: 'app', link }, { file: { path: '/app/now/f', content: '' } }],
    [
      [accountLook('app'), { exists: true, name: 'app', group: 'app' }],
      [statLook('/opt/r1'), ETC],
      [toolLook('sudo'), true],
    ],
    'dry-run',
    [
      [statLook('/app'), { ...ETC, owner: 'app' }],
      [statLook('/app/now'), { exists: false }],
      [writableLook('/app'), 'yes'],
      [accountLook('app'), { exists: true, name: 'app', group: 'app' }],
      [loginFilesLook('root'), { settings: [], includes: [], sudoers: [], pam: [] }],
      [accountLook('root'), { exists: true, name: 'root', home: '/root', shell: '/bin/sh' }],
    ],
  );
  expect(last?.outcome).toMatchObject({
    kind: 'failed',
    problem: { message: expect.stringContaining('/app/now is a link to /opt/r1 that "app" has laid') },
  });
});

test('a user cannot be acted as without sudo, and that is found out before anything is made', () => {
  const [only] = predicted(
    [{ become: true, become_user: 'app', file: { path: '/etc/f', content: '' } }],
    [
      [accountLook('app'), { exists: true, name: 'app', group: 'app' }],
      [toolLook('sudo'), false],
    ],
  );
  expect(only?.outcome).toMatchObject({
    kind: 'failed',
    problem: { message: expect.stringContaining('"root" becomes "app"') },
  });
});

test('a user whom nobody creates cannot be acted as', () => {
  const [only] = predicted(
    [{ become: true, become_user: 'app', file: { path: '/etc/f', content: '' } }],
    [
      [accountLook('app'), { exists: false }],
      [toolLook('sudo'), true],
    ],
  );
  expect(only?.outcome).toMatchObject({
    kind: 'failed',
    problem: { message: expect.stringContaining('the user "app", as whom this step acts, does not exist') },
  });
});
