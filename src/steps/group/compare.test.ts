import { expect, test } from 'vitest';
import { viewWith } from '../../../test/support/view.ts';
import { Unpredictable, type View } from '../../engine/view.ts';
import { accountLook } from '../../looks/account.ts';
import { type Group, groupLook } from '../../looks/group.ts';
import { gidLook } from '../../looks/id-owner.ts';
import { toolLook } from '../../looks/tool.ts';
import { compare } from './compare.ts';

const app: Group = { exists: true, name: 'app', gid: 2000, members: [], primaryOf: [], local: true };
const tools = ['groupadd', 'groupmod', 'groupdel'].map((name) => [toolLook(name), true] as const);
const none = { exists: false } as const;

function scripts(comparison: ReturnType<typeof compare>): string {
  return comparison
    .actions()
    .map(({ script }) => script.text)
    .join('\n');
}

test('a group that is there as wanted is no change', () => {
  const view = viewWith([
    [groupLook('app'), app],
    [gidLook(2000), 'app'],
  ]);
  expect(compare({ name: 'app' }, view).changes).toEqual([]);
  expect(compare({ name: 'app', gid: 2000, system: true }, view).changes).toEqual([]);
});

test('a new group is predicted with its number for later steps', () => {
  const view = viewWith([[groupLook('app'), none], [gidLook(2000), undefined], ...tools]);
  const first = compare({ name: 'app', gid: 2000 }, view);
  expect(first.changes).toEqual([
    { resource: 'group', target: 'app', action: 'create', after: { gid: 2000 } },
  ]);
  expect(scripts(first)).toBe('groupadd -g 2000 -- app');
  const later: View = viewWith([], { predicted: first.effects });
  expect(compare({ name: 'app', gid: 2000 }, later).changes).toEqual([]);
  expect(() =>
    compare(
      { name: 'other', gid: 2000 },
      viewWith([[groupLook('other'), none]], { predicted: first.effects }),
    ),
  ).toThrow('the number 2000 belongs to the group "app"');
});

test('the number of a group that an earlier step adds is not known when the host chooses it', () => {
  const view = viewWith([[groupLook('app'), none], ...tools]);
  const { effects } = compare({ name: 'app' }, view);
  const later = viewWith([[gidLook(2000), undefined]], { predicted: effects });
  expect(() => compare({ name: 'app', gid: 2000 }, later)).toThrow(Unpredictable);
});

test('another number is an update, and frees the old one', () => {
  const view = viewWith([[groupLook('app'), app], [gidLook(2001), undefined], ...tools]);
  const changed = compare({ name: 'app', gid: 2001 }, view);
  expect(changed.changes).toEqual([
    { resource: 'group', target: 'app', action: 'update', attribute: 'gid', before: 2000, after: 2001 },
  ]);
  const later = viewWith([[groupLook('new'), none], ...tools], { predicted: changed.effects });
  expect(compare({ name: 'new', gid: 2000 }, later).changes).toHaveLength(1);
});

test('removing a group takes it from its members', () => {
  const ann = {
    exists: true,
    name: 'ann',
    uid: 1,
    group: 'ann',
    comment: '',
    home: '/',
    shell: '/bin/sh',
    groups: ['app', 'x'],
    local: true,
  } as const;
  const view = viewWith([
    [groupLook('app'), { ...app, members: ['ann'] }],
    [accountLook('ann'), ann],
    ...tools,
  ]);
  const removed = compare({ name: 'app', state: 'absent' }, view);
  expect(removed.changes[0]).toMatchObject({ action: 'delete', before: { gid: 2000, members: ['ann'] } });
  const later = viewWith([], { predicted: removed.effects });
  expect(later.see(accountLook('ann'))[0]).toMatchObject({ groups: ['x'] });
});

test('a group that is primary for a user, or served by a directory, is not removed', () => {
  const primary = viewWith([[groupLook('app'), { ...app, primaryOf: ['ann'] }], ...tools]);
  expect(() => compare({ name: 'app', state: 'absent' }, primary)).toThrow('primary group of "ann"');
  const served = viewWith([[groupLook('app'), { ...app, local: false }], ...tools]);
  expect(() => compare({ name: 'app', state: 'absent' }, served)).toThrow('directory service');
});

test('only root adds groups', () => {
  const view = viewWith([[groupLook('app'), none], ...tools], { actingUser: 'ops' });
  expect(() => compare({ name: 'app' }, view)).toThrow('"ops" may not change users and groups');
});
