import { expect, test } from 'vitest';
import { firstLooks, viewWith } from '../../../test/support/view.ts';
import type { Look } from '../../engine/look.ts';
import { type Account, accountLook } from '../../looks/account.ts';
import { privateFileLook } from '../../looks/private-file.ts';
import { statLook } from '../../looks/stat.ts';
import { compare } from './compare.ts';
import type { AuthorizedKeysArgs } from './schema.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICNO/Pfrd0HWMFPnXqYdQbsN82G8W/whpGBK+6wyiNig';
const ann: Account = {
  exists: true,
  name: 'ann',
  uid: 1000,
  group: 'ann',
  comment: '',
  home: '/home/ann',
  shell: '/bin/sh',
  groups: [],
  local: true,
};
const directory = {
  exists: true,
  type: 'directory',
  mode: '0755',
  owner: 'ann',
  group: 'ann',
  size: 0,
  mtime: 0,
} as const;
const file = { ...directory, type: 'file', mode: '0600' } as const;
const none = { exists: false } as const;
const args: AuthorizedKeysArgs = { user: 'ann', keys: [KEY] };
const PATH = '/home/ann/.ssh/authorized_keys';

type Parts = Partial<Record<'home' | 'ssh' | 'file', unknown>> & { readonly text?: string };

/** A host on which everything is right but for these parts. */
function host(parts: Parts = {}): readonly (readonly [Look<unknown>, unknown])[] {
  const {
    home = directory,
    ssh = { ...directory, mode: '0700' },
    file: there = file,
    text = `${KEY}\n`,
  } = parts;
  return [
    [accountLook('ann'), ann],
    [statLook('/home/ann'), home],
    [statLook('/home/ann/.ssh'), ssh],
    [statLook(PATH), there],
    [privateFileLook('/home/ann', '.ssh/authorized_keys'), { sha256: 'x', bytes: Buffer.from(text) }],
  ];
}

test('a wrong key is found before anything is asked', () => {
  const wrong: AuthorizedKeysArgs = { user: 'ann', keys: [KEY, `restrickt ${KEY}`] };
  expect(() => firstLooks((view) => compare(wrong, view))).toThrow(
    'keys[1]: sshd knows no option "restrickt"',
  );
  expect(() => firstLooks((view) => compare({ user: 'ann', keys: [], exclusive: true }, view))).toThrow(
    'lock everybody out',
  );
});

test('everything that is usually needed is asked in one trip', () => {
  // The account of the user that logs in goes along: its keys are changed under guard.
  expect(firstLooks((view) => compare(args, view))).toHaveLength(6);
});

test('a converged host has no change', () => {
  expect(compare(args, viewWith(host())).changes).toEqual([]);
});

test('modes and owners are drift, each by itself', () => {
  const root = { owner: 'root', group: 'root' };
  const parts = {
    home: { ...directory, mode: '0777' },
    ssh: { ...directory, ...root, mode: '0755' },
    file: { ...file, ...root, mode: '0666' },
  };
  const { changes } = compare(args, viewWith(host(parts)));
  expect(changes.map(({ target, attribute, before, after }) => [target, attribute, before, after])).toEqual([
    ['/home/ann', 'mode', '0777', '0755'],
    ['/home/ann/.ssh', 'mode', '0755', '0700'],
    ['/home/ann/.ssh', 'owner', 'root', 'ann'],
    ['/home/ann/.ssh', 'group', 'root', 'ann'],
    [PATH, 'mode', '0666', '0600'],
    [PATH, 'owner', 'root', 'ann'],
    [PATH, 'group', 'root', 'ann'],
  ]);
});

test('directories that are not managed are told, not changed', () => {
  const comparison = compare(
    { ...args, manage_dir: false },
    viewWith(host({ home: { ...directory, mode: '0775' } })),
  );
  expect(comparison.changes).toEqual([]);
  expect(comparison.notes?.[0]).toContain('others may write to /home/ann (0775)');
});

test.each([
  [{ ssh: { ...directory, type: 'link', target: '/root' } }, 'is a link to /root'],
  [{ file: { ...file, type: 'link', target: '/etc/shadow' } }, 'is a link to /etc/shadow'],
  [{ ssh: { ...directory, owner: 'bob' } }, 'belongs to bob'],
  [{ file: { ...file, owner: 'bob' } }, 'belongs to bob'],
  [{ home: { ...directory, owner: 'bob' } }, 'sshd would refuse every key in it'],
  [{ home: none }, 'does not exist on this host'],
])('refused: %j', (parts, message) => {
  expect(() => compare(args, viewWith(host(parts)))).toThrow(message);
});

test('the keys are predicted for the next step', () => {
  const first = compare(args, viewWith(host({ file: none, ssh: none, text: '' })));
  const later = viewWith(host({ text: '' }), { predicted: first.effects });
  expect(compare(args, later).changes).toEqual([]);
});

test('a user may look after its own keys, not those of others', () => {
  const parts = host({ text: '' });
  expect(compare(args, viewWith(parts, { actingUser: 'ann' })).changes).toHaveLength(1);
  expect(() => compare(args, viewWith(parts, { actingUser: 'bob' }))).toThrow(
    '"bob" may not change the keys of "ann"',
  );
});
