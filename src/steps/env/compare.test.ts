import { describe, expect, test } from 'vitest';
import { viewWith } from '../../../test/support/view.ts';
import type { PathState } from '../../engine/effect.ts';
import { type Account, accountLook } from '../../looks/account.ts';
import { type PrivateFile, privateFileLook } from '../../looks/private-file.ts';
import { statLook } from '../../looks/stat.ts';
import { compare } from './compare.ts';

const account: Account = {
  exists: true,
  local: true,
  name: 'app',
  uid: 1001,
  group: 'app',
  comment: '',
  home: '/home/app',
  shell: '/bin/sh',
  groups: [],
};
const home: PathState = {
  exists: true,
  type: 'directory',
  mode: '0755',
  owner: 'app',
  group: 'app',
  size: 0,
  mtime: 0,
};
const args = { name: 'a', user: 'app', set: { A: '1' } };

const rc = '/home/app/.profile';

function view(content: PrivateFile) {
  return viewWith([
    [accountLook('app'), account],
    [statLook('/home/app'), home],
    [statLook(rc), { ...home, type: 'file', mode: '0644' }],
    [privateFileLook('/home/app', '.profile'), content],
  ]);
}

describe('the file of a user, who may put a link to /etc/shadow in its place at any moment', () => {
  test('is read through one descriptor, not by its path', () => {
    const bytes = Buffer.from('mine\n');
    const [change] = compare(args, view({ sha256: 'of mine', bytes })).changes;
    expect(change?.text?.before).toEqual(bytes);
    expect(Buffer.from(change?.text?.after ?? []).toString()).toBe(
      'mine\n# BEGIN provision env a\nexport A=1\n# END provision env a\n',
    );
  });

  test('is left alone when something else stands there by then', () => {
    expect(() => compare(args, view({ sha256: undefined, refused: true }))).toThrow(
      `${rc} is no regular file`,
    );
  });
});
