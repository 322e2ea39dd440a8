import { describe, expect, test } from 'vitest';
import { viewWith } from '../../../test/support/view.ts';
import { changeToJson } from '../../engine/change.ts';
import type { Look } from '../../engine/look.ts';
import type { Comparison } from '../../engine/step-kind.ts';
import { type Account, accountLook } from '../../looks/account.ts';
import { contentLook } from '../../looks/content.ts';
import { entriesLook } from '../../looks/entries.ts';
import { groupLook } from '../../looks/group.ts';
import { uidLook } from '../../looks/id-owner.ts';
import { passwordDigest, shadowLook } from '../../looks/shadow.ts';
import { statLook } from '../../looks/stat.ts';
import { toolLook } from '../../looks/tool.ts';
import { compare } from './compare.ts';

type Answers = readonly (readonly [Look<unknown>, unknown])[];

const none = { exists: false } as const;
const directory = {
  exists: true,
  type: 'directory',
  mode: '0755',
  owner: 'root',
  group: 'root',
  size: 0,
  mtime: 0,
} as const;
const program = { ...directory, type: 'file' } as const;
const team = (name: string, members: readonly string[] = []) =>
  [groupLook(name), { exists: true, name, gid: 7, members, primaryOf: [], local: true }] as const;
const ann: Account = {
  exists: true,
  name: 'ann',
  uid: 1000,
  group: 'ann',
  comment: '',
  home: '/home/ann',
  shell: '/bin/sh',
  groups: ['adm'],
  local: true,
};
/** A Debian host without the user ann. */
const fresh: Answers = [
  [accountLook('ann'), none],
  [groupLook('ann'), none],
  [statLook('/home/ann'), none],
  [statLook('/home'), directory],
  [statLook('/bin/sh'), program],
  [
    contentLook('/etc/login.defs'),
    { sha256: 'x', bytes: Buffer.from('HOME_MODE 0700\nUSERGROUPS_ENAB yes\n') },
  ],
  [contentLook('/etc/default/useradd'), { sha256: undefined }],
  [entriesLook('/etc/skel'), ['.profile']],
  [statLook('/etc/skel/.profile'), { ...program, mode: '0644', identity: '1:2:3' }],
  [contentLook('/etc/skel/.profile'), { sha256: 'abc', bytes: Buffer.from('hello') }],
  ...['useradd', 'groupadd', 'usermod', 'userdel'].map((name) => [toolLook(name), true] as const),
];
/** The same host with ann on it. */
const present: Answers = [
  ...fresh.slice(3),
  [accountLook('ann'), ann],
  team('ann'),
  team('adm', ['ann']),
  [statLook('/home/ann'), { ...directory, owner: 'ann', group: 'ann' }],
];

function scripts(comparison: Comparison): string {
  return comparison
    .actions()
    .map(({ script }) => script.text)
    .join('\n');
}

describe('a new user', () => {
  test('comes with its group and its home, in this order', () => {
    const { changes } = compare({ name: 'ann' }, viewWith(fresh));
    expect(changes.map(changeToJson)).toEqual([
      { resource: 'group', target: 'ann', action: 'create', after: {} },
      {
        resource: 'user',
        target: 'ann',
        action: 'create',
        after: { group: 'ann', home: '/home/ann', shell: '/bin/sh' },
      },
      {
        resource: 'directory',
        target: '/home/ann',
        action: 'create',
        after: { mode: '0700', owner: 'ann', group: 'ann', from: '/etc/skel' },
      },
    ]);
  });

  test('is seen by later steps with its groups, its home and what is in it', () => {
    const { effects } = compare({ name: 'ann', groups: ['adm'] }, viewWith([...fresh, team('adm')]));
    const later = viewWith([], { predicted: effects });
    expect(later.see(accountLook('ann'))[0]).toMatchObject({ uid: -1, group: 'ann', groups: ['adm'] });
    expect(later.see(groupLook('adm'))[0]).toMatchObject({ members: ['ann'] });
    expect(later.see(groupLook('ann'))[0]).toMatchObject({ primaryOf: ['ann'] });
    expect(later.see(statLook('/home/ann'))[0]).toMatchObject({ owner: 'ann', mode: '0700' });
    expect(later.see(statLook('/home/ann/.ssh'))[0]).toEqual(none);
    expect(later.see(contentLook('/home/ann/.profile'))[0].sha256).toBe('abc');
  });

  test('is already there for a second step that wants the same', () => {
    const first = compare({ name: 'ann', groups: ['adm'] }, viewWith([...fresh, team('adm')]));
    const later = viewWith([...fresh.slice(3)], { predicted: first.effects });
    expect(compare({ name: 'ann', groups: ['adm'], home: '/home/ann' }, later).changes).toEqual([]);
  });

  test('uses an existing group of its name', () => {
    const there = [...fresh.filter(([look]) => look.key !== groupLook('ann').key), team('ann')];
    const comparison = compare({ name: 'ann', create_home: false }, viewWith(there));
    expect(comparison.changes).toHaveLength(1);
    expect(scripts(comparison)).toBe('useradd -M -N -g ann -d /home/ann -s /bin/sh -- ann');
  });

  test('needs its groups, its shell and its number', () => {
    const view = viewWith([
      ...fresh,
      [groupLook('nope'), none],
      [statLook('/bin/nope'), none],
      [uidLook(5), 'bob'],
    ]);
    expect(() => compare({ name: 'ann', groups: ['nope'] }, view)).toThrow('the group "nope" does not exist');
    expect(() => compare({ name: 'ann', shell: '/bin/nope' }, view)).toThrow(
      'the shell /bin/nope does not exist',
    );
    expect(() => compare({ name: 'ann', uid: 5 }, view)).toThrow('belongs to the user "bob"');
  });
});

describe('a password', () => {
  const hash = '$6$salt$secrethash';
  const state = { exists: true, locked: false, password: passwordDigest(hash), expires: undefined } as const;

  test('goes through standard input only', () => {
    const view = viewWith([...fresh, [shadowLook('ann'), { exists: false, reason: 'no entry' }]]);
    const comparison = compare({ name: 'ann', password: hash, create_home: false }, view);
    expect(JSON.stringify(comparison.changes)).not.toContain('secrethash');
    expect(scripts(comparison)).not.toContain('secrethash');
    const inputs = comparison.actions().map(({ input }) => input?.bytes);
    expect(inputs).toEqual([undefined, Buffer.from(`ann:${hash}\n`)]);
  });

  test('that is set is no change, locked or not', () => {
    for (const locked of [true, false]) {
      const view = viewWith([...present, [shadowLook('ann'), { ...state, locked }]]);
      expect(compare({ name: 'ann', password: hash }, view).changes).toEqual([]);
    }
  });

  test('on a locked account stays locked unless said otherwise', () => {
    const view = viewWith([...present, [shadowLook('ann'), { ...state, locked: true, password: 'other' }]]);
    const kept = compare({ name: 'ann', password: hash }, view).actions();
    expect(Buffer.from(kept[0]?.input?.bytes ?? []).toString()).toBe(`ann:!${hash}\n`);
    const opened = compare({ name: 'ann', password: hash, password_lock: false }, view);
    expect(opened.changes.map(({ attribute }) => attribute)).toEqual(['password', 'password_lock']);
    expect(Buffer.from(opened.actions()[0]?.input?.bytes ?? []).toString()).toBe(`ann:${hash}\n`);
  });

  test('is not managed when nothing is said: no look at /etc/shadow', () => {
    expect(compare({ name: 'ann' }, viewWith(present)).changes).toEqual([]);
  });
});

describe('an existing user', () => {
  test('keeps its groups unless append is false', () => {
    const view = viewWith([...present, team('sudo')]);
    expect(compare({ name: 'ann', groups: ['sudo'] }, view).changes.map(changeToJson)).toEqual([
      {
        resource: 'user',
        target: 'ann',
        action: 'update',
        attribute: 'groups',
        before: ['adm'],
        after: ['adm', 'sudo'],
      },
    ]);
    const exact = compare({ name: 'ann', groups: ['sudo'], append: false }, view);
    expect(exact.changes[0]).toMatchObject({ before: ['adm'], after: ['sudo'] });
    expect(scripts(exact)).toBe('usermod -G sudo -- ann');
    const later = viewWith([], { predicted: exact.effects });
    expect(later.see(groupLook('adm'), groupLook('sudo'))).toMatchObject([
      { members: [] },
      { members: ['ann'] },
    ]);
  });

  test('may name its primary group among the groups', () => {
    expect(
      compare({ name: 'ann', groups: ['ann', 'adm'], append: false }, viewWith(present)).changes,
    ).toEqual([]);
  });

  test('changes in one call of usermod', () => {
    const view = viewWith([...present, [statLook('/bin/bash'), program], [uidLook(1001), undefined]]);
    const comparison = compare({ name: 'ann', uid: 1001, shell: '/bin/bash', comment: "Ann's" }, view);
    expect(scripts(comparison)).toBe("usermod -u 1001 -s /bin/bash -c 'Ann'\\''s' -- ann");
  });

  test('that a directory service serves cannot be changed', () => {
    const view = viewWith([
      ...present.filter(([look]) => look.key !== accountLook('ann').key),
      [accountLook('ann'), { ...ann, local: false }],
    ]);
    expect(compare({ name: 'ann' }, view).changes).toEqual([]);
    expect(() => compare({ name: 'ann', comment: 'x' }, view)).toThrow('directory service');
  });

  test('whose home belongs to somebody else is told so', () => {
    const theirs = [
      ...present,
      [statLook('/home/ann'), { ...directory, owner: 'bob', group: 'bob' }] as const,
    ];
    const comparison = compare({ name: 'ann' }, viewWith(theirs));
    expect(comparison.changes).toEqual([]);
    expect(comparison.notes).toEqual(['the home /home/ann belongs to bob, and is left so']);
  });
});

describe('removing', () => {
  test('takes the own group, and leaves the home unless asked', () => {
    const { changes, effects } = compare({ name: 'ann', state: 'absent' }, viewWith(present));
    expect(changes.map(({ resource, action }) => `${action} ${resource}`)).toEqual([
      'delete user',
      'delete group',
    ]);
    const later = viewWith([], { predicted: effects });
    expect(later.see(accountLook('ann'), groupLook('ann'))).toEqual([none, none]);
    expect(later.see(groupLook('adm'))[0]).toMatchObject({ members: [] });
  });

  test('root and the acting user are never removed', () => {
    const root = { ...ann, name: 'root', uid: 0, group: 'root', groups: [], home: '/root' };
    const view = viewWith([[accountLook('root'), root], team('root'), [statLook('/home/root'), none]]);
    expect(() => compare({ name: 'root', state: 'absent' }, view)).toThrow('cannot be removed');
    expect(() => compare({ name: 'ann', state: 'absent' }, viewWith(present, { actingUser: 'ann' }))).toThrow(
      'cannot be removed',
    );
  });
});

test('a day that does not exist is refused before any host is asked', () => {
  expect(() => compare({ name: 'ann', expires: '2027-02-30' }, viewWith([]))).toThrow(
    'there is no such day as 2027-02-30',
  );
});
