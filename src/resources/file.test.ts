import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { firstLooks, viewWith } from '../../test/support/view.ts';
import type { PathState, PresentPath } from '../engine/effect.ts';
import { accountLook } from '../looks/account.ts';
import { contentLook } from '../looks/content.ts';
import { earlierDiskSpaceLook } from '../looks/disk-space.ts';
import { groupLook } from '../looks/group.ts';
import { statLook } from '../looks/stat.ts';
import { wantFile } from './file.ts';

const content = Buffer.from('new');
const sha256 = createHash('sha256').update(content).digest('hex');
const DIRECTORY: PresentPath = {
  exists: true,
  type: 'directory',
  mode: '0755',
  owner: 'root',
  group: 'root',
  size: 0,
  mtime: 0,
  identity: '1:2:0:x:y',
};
const FILE: PresentPath = { ...DIRECTORY, type: 'file', mode: '0600', size: 3 };

function viewOf(
  now: PathState,
  hash: string | undefined,
  options: Parameters<typeof viewWith>[1] & { parent?: PathState } = {},
) {
  return viewWith(
    [
      [statLook('/etc/f'), now],
      [statLook('/etc'), options.parent ?? DIRECTORY],
      [contentLook('/etc/f', sha256), { sha256: hash }],
      [
        accountLook('app'),
        { exists: true, name: 'app', uid: 5, group: 'apps', comment: '', home: '/', shell: '', groups: [] },
      ],
      [
        accountLook('root'),
        { exists: true, name: 'root', uid: 0, group: 'root', comment: '', home: '/', shell: '', groups: [] },
      ],
      [accountLook('ghost'), { exists: false }],
      [groupLook('apps'), { exists: true, name: 'apps', gid: 5, members: [] }],
    ],
    options,
  );
}

const changed = (view: ReturnType<typeof viewOf>, wanted = {}) =>
  wantFile(view, { path: '/etc/f', content, ...wanted }).changes.map(({ action, attribute, after }) => [
    action,
    attribute,
    after,
  ]);

describe('a file', () => {
  test('that there is no space for is told before; root may use what is kept back for it', () => {
    const full = (space: { available: number; withReserve?: number }, actingUser: string) => () =>
      wantFile(
        viewWith(
          [
            [statLook('/etc/f'), { exists: false }],
            [statLook('/etc'), DIRECTORY],
            [contentLook('/etc/f', sha256), {}],
            [earlierDiskSpaceLook('/etc'), { ...space, mount: '/' }],
            [accountLook('app'), { exists: true, name: 'app', group: 'app' }],
          ],
          { actingUser },
        ),
        { path: '/etc/f', content },
      );
    const refusal = 'No space left for /etc/f: needs 3 bytes, / has 0 bytes free';
    expect(full({ available: 0 }, 'root')).toThrow(refusal);
    expect(full({ available: 0, withReserve: 0 }, 'root')).toThrow(refusal);
    expect(full({ available: 0, withReserve: 4096 }, 'app')).toThrow(refusal);
    expect(full({ available: 0, withReserve: 4096 }, 'root')().changes).toHaveLength(1);
  });

  test('is asked for in one trip, owners included', () => {
    expect(
      firstLooks((view) => wantFile(view, { path: '/etc/f', content, owner: 'app', group: 'apps' })),
    ).toEqual(['stat:/etc/f', 'stat:/etc', `content:${sha256}:/etc/f`, 'account:app', 'group:apps']);
  });

  test('that is as wanted is no change', () => {
    expect(changed(viewOf(FILE, sha256))).toEqual([]);
    expect(changed(viewOf(FILE, sha256), { mode: '0600', owner: 'root' })).toEqual([]);
  });

  test('new: the owner brings its group', () => {
    expect(changed(viewOf({ exists: false }, undefined), { owner: 'app' })).toEqual([
      ['create', undefined, { mode: '0644', owner: 'app', group: 'apps', size: 3, sha256 }],
    ]);
  });

  test('each attribute that differs is a change', () => {
    expect(changed(viewOf(FILE, 'old'), { mode: '0644', owner: 'app', group: 'apps' })).toEqual([
      ['update', 'content', sha256],
      ['update', 'mode', '0644'],
      ['update', 'owner', 'app'],
      ['update', 'group', 'apps'],
    ]);
  });

  test('a link in its place: its mode is not compared', () => {
    const link: PresentPath = { ...FILE, type: 'link', mode: '0777', target: 'x' };
    expect(changed(viewOf(link, undefined))).toEqual([
      ['update', 'type', 'file'],
      ['update', 'content', sha256],
    ]);
  });

  test('a later step sees it by its effect', () => {
    const first = wantFile(viewOf({ exists: false }, undefined), { path: '/etc//f', content });
    const view = viewOf({ exists: false }, undefined, { predicted: first.effects });
    expect(changed(view)).toEqual([]);
    expect(changed(view, { mode: '0600' })).toEqual([['update', 'mode', '0600']]);
  });

  test.each([
    [
      'an owner that nobody creates',
      viewOf(FILE, sha256),
      { owner: 'ghost' },
      'the owner "ghost" does not exist',
    ],
    [
      'no parent',
      viewOf({ exists: false }, undefined, { parent: { exists: false } }),
      {},
      'the directory /etc does not exist',
    ],
    [
      'a file as parent',
      viewOf({ exists: false }, undefined, { parent: FILE }),
      {},
      '/etc is not a directory',
    ],
    ['a directory in its place', viewOf(DIRECTORY, undefined), {}, '/etc/f is a directory'],
    ['no right to look', viewOf({ exists: false, denied: true }, undefined), {}, 'may not look at /etc/f'],
    ['no right to read', viewOf(FILE, undefined), {}, 'may not read /etc/f'],
    [
      'no right to give away',
      viewOf({ exists: false }, undefined, { actingUser: 'app' }),
      { owner: 'ghost' },
      'ghost',
    ],
    ["another's file", viewOf(FILE, 'old', { actingUser: 'app' }), {}, 'the user "app" may not change'],
  ])('%s is a failure', (_, view, wanted, message) => {
    expect(() => changed(view, wanted)).toThrow(message);
  });
});
