import { afterAll, describe, expect, test } from 'vitest';
import { answers, localShells } from '../../test/support/local-shell.ts';
import { accountLook } from './account.ts';
import { entriesLook } from './entries.ts';
import { groupLook } from './group.ts';
import { gidLook, uidLook } from './id-owner.ts';
import { shadowLook } from './shadow.ts';
import { toolLook } from './tool.ts';

const { shells, close } = localShells();
afterAll(close);

/** Names that a playbook may hold and that a shell or an option parser could take for something else. */
const AWKWARD = ["o'brien x", '-x', '$(id)', '*', 'DOMAIN\\user', '[a-z]*'];

describe.each(shells)('in $name', (shell) => {
  test('accounts keep their order, and awkward names are nobody', () => {
    const [root, ...rest] = answers(shell, ['root', ...AWKWARD, 'root'].map(accountLook));
    expect(root).toMatchObject({ exists: true, name: 'root', uid: 0, group: 'root', local: true });
    expect(rest.slice(0, -1)).toEqual(AWKWARD.map(() => ({ exists: false })));
    expect(rest.at(-1)).toEqual(root);
  });

  test('groups know whose primary group they are', () => {
    const [root, ...rest] = answers(shell, ['root', ...AWKWARD].map(groupLook));
    expect(root).toMatchObject({ exists: true, name: 'root', gid: 0, local: true });
    expect(root?.exists === true && root.primaryOf).toContain('root');
    expect(rest).toEqual(AWKWARD.map(() => ({ exists: false })));
  });

  test('numbers are found or free', () => {
    expect(answers(shell, [uidLook(0), uidLook(3_999_999_999)])).toEqual(['root', undefined]);
    expect(answers(shell, [gidLook(3_999_999_999), gidLook(0)])).toEqual([undefined, 'root']);
  });

  test('shadow entries come without their hash', () => {
    const [root, nobody] = answers(shell, [shadowLook('root'), shadowLook('no-such-user')]);
    if (root?.exists === true)
      expect(Object.keys(root).sort()).toEqual(['exists', 'expires', 'locked', 'password']);
    expect(nobody?.exists).toBe(false);
  });

  test('tools are there or not', () => {
    expect(answers(shell, [toolLook('sh'), toolLook('no-such-tool'), toolLook('stat')])).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('a directory that is not there has no entries', () => {
    const [none, some, again] = answers(shell, [
      entriesLook('/nonexistent'),
      entriesLook('/etc/skel'),
      entriesLook('/etc/skel'),
    ]);
    expect(none).toEqual([]);
    expect(some).toEqual(again);
  });
});
