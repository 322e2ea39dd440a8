import { describe, expect, test } from 'vitest';
import { firstLooks, viewWith } from '../../../test/support/view.ts';
import type { Look } from '../../engine/look.ts';
import { accountLook } from '../../looks/account.ts';
import { contentLook } from '../../looks/content.ts';
import { groupLook } from '../../looks/group.ts';
import { statLook } from '../../looks/stat.ts';
import { toolLook } from '../../looks/tool.ts';
import { sudoersCheckLook } from './check.ts';
import { compare } from './compare.ts';
import { contentOf } from './content.ts';

const RULE = 'deploy ALL = (root) NOPASSWD: /bin/true\n';
const SHA = 'ed6b3ea9b5f9de2b1e03ee4ab1d4a0a7';
const args = { name: 'deploy', user: 'deploy', nopasswd: true, commands: ['/bin/true'] };
const directory = {
  exists: true,
  type: 'directory',
  mode: '0755',
  owner: 'root',
  group: 'root',
  size: 0,
  mtime: 0,
} as const;

/** A host with sudo, whose main file is this text, and without the file that is wanted. */
function host(main: string, wrong?: string): readonly (readonly [Look<unknown>, unknown])[] {
  const asked = firstLooksOf();
  return [
    [toolLook('visudo'), true],
    [contentLook('/etc/sudoers'), { sha256: SHA, bytes: Buffer.from(main) }],
    [statLook('/etc/sudoers.d'), directory],
    [statLook('/etc/sudoers.d/deploy'), { exists: false }],
    ...asked.map((look) => [look, { sha256: undefined }] as const),
    [accountLook('root'), { exists: true, name: 'root', uid: 0, group: 'root' }],
    [groupLook('root'), { exists: true, name: 'root', gid: 0 }],
    [sudoersCheckLook('deploy', RULE), wrong],
  ];
}

/** The look at the file itself, whose key holds the hash of what is wanted. */
function firstLooksOf(): readonly Look<unknown>[] {
  return firstLooks((view) => compare(args, view))
    .filter((key) => key.startsWith('content:') && key.endsWith('/etc/sudoers.d/deploy'))
    .map((key) => contentLook('/etc/sudoers.d/deploy', key.split(':')[1]));
}

describe('the content', () => {
  test('of a rule', () => {
    expect(contentOf(args)).toBe(RULE);
    expect(
      contentOf({ name: 'x', group: 'ops', runas: 'app:app', hosts: ['a', 'b'], commands: ['ALL'] }),
    ).toBe('%ops a, b = (app:app) ALL\n');
  });

  test('has the characters escaped that sudoers(5) names', () => {
    expect(contentOf({ name: 'x', user: 'u', commands: ['/bin/a b=c:d,e', '!/bin/su'] })).toBe(
      'u ALL = (root) /bin/a b\\=c\\:d\\,e, !/bin/su\n',
    );
  });

  test('is given in one way, and given', () => {
    expect(() => contentOf({ name: 'x', content: '', user: 'u' })).toThrow('does not go together');
    expect(() => contentOf({ name: 'x', user: 'u' })).toThrow('nothing says who may run what');
    expect(() => contentOf({ name: 'x', commands: ['ALL'] })).toThrow('nothing says who may run what');
  });
});

test.each(['a.b', 'a~'])('the name %s would be ignored by sudo', (name) => {
  expect(() => compare({ ...args, name }, viewWith([]))).toThrow('would have no effect');
});

test.each([
  '@includedir /etc/sudoers.d\n',
  '#includedir /etc/sudoers.d',
  'x\n@includedir  "/etc/sudoers.d/"\ny\n',
])('the directory is included by %j', (main) => {
  expect(compare(args, viewWith(host(main))).changes).toMatchObject([
    { resource: 'file', target: '/etc/sudoers.d/deploy', action: 'create', after: { mode: '0440' } },
  ]);
});

test.each([
  '',
  '# @includedir /etc/sudoers.d\n',
  '@include /etc/sudoers.d\n',
  '@includedir /etc/sudoers.d.old\n',
])('the directory is not included by %j', (main) => {
  expect(() => compare(args, viewWith(host(main)))).toThrow('does not include /etc/sudoers.d');
});

test('what visudo says against it is the failure', () => {
  const view = viewWith(host('@includedir /etc/sudoers.d\n', 'line 1: syntax error'));
  expect(() => compare(args, view)).toThrow('visudo refuses /etc/sudoers.d/deploy: line 1: syntax error');
});
