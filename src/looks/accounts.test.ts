import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { answers, localShells, together } from '../../test/support/local-shell.ts';
import type { HostLook } from '../engine/look.ts';
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

  test('users and groups that are asked for together have the answers that they have alone', () => {
    const users = ['daemon', 'nobody', 'root', ...AWKWARD, 'mail'].map(accountLook);
    const groups = ['root', 'mail', 'nogroup', 'adm', ...AWKWARD, 'daemon'].map(groupLook);
    const looks: readonly HostLook<unknown>[] = [...users.slice(0, 3), ...groups, ...users.slice(3)];
    const found = together(shell, looks);
    const answerOf = (look: HostLook<unknown>) => found[looks.indexOf(look)];
    expect(users.map(answerOf)).toEqual(answers(shell, users));
    expect(groups.map(answerOf)).toEqual(answers(shell, groups));
  });

  test.runIf(process.getuid?.() === 0)('on a host of many users, of members and of odd lines', () => {
    const etc = mkdtempSync(join(tmpdir(), 'etc-'));
    const many = Array.from(
      { length: 3000 },
      (_, index) => `u${index}:x:${index + 2000}:70${index % 2}::/h:/bin/sh`,
    );
    for (const [size, some] of [
      ['few', many.slice(0, 4)],
      ['many', many],
    ] as const) {
      // As nsswitch.conf(5) has it where a directory is asked too; the last line lacks its end.
      writeFileSync(
        join(etc, 'passwd'),
        `root:x:0:0:a * b:/root:/bin/sh\n+@team::::::\n${some.join('\n')}\n+::::::`,
      );
      writeFileSync(
        join(etc, 'group'),
        'root:x:0:\neven:x:700:\nodd:x:701:u0,root\nu1\nshort:x:702\nboth:x:703:u1,u0,\n+:::',
      );
      const files = ['passwd', 'group']
        .map((file) => `mount --bind ${join(etc, file)} /etc/${file}`)
        .join(' && ');
      const command = execFileSync('which', [shell.command], { encoding: 'utf8' }).trim();
      const within = `PATH=/usr/sbin:/usr/bin:/sbin:/bin; ${files} && PATH=$1 && shift && exec "$@"`;
      const args = ['-m', '/bin/sh', '-c', within, 'sh', shell.path, command, ...shell.args];
      const looks = [
        accountLook('u0'),
        accountLook('root'),
        groupLook('odd'),
        groupLook('even'),
        groupLook('both'),
        accountLook('u1'),
      ];
      const [u0, root, odd, even, both, u1] = together({ ...shell, command: 'unshare', args }, looks);
      const members = (start: number) =>
        some
          .map((line) => line.split(':')[0] as string)
          .filter((_, index) => index % 2 === start)
          .sort();
      expect(u0, size).toMatchObject({ uid: 2000, group: 'even', groups: ['both', 'odd'], local: true });
      expect(root, size).toMatchObject({ comment: 'a * b', group: 'root', groups: ['odd'] });
      expect(u1, size).toMatchObject({ uid: 2001, group: 'odd', groups: ['both'] });
      expect(odd, size).toMatchObject({ gid: 701, members: ['root', 'u0'], primaryOf: members(1) });
      expect(even, size).toMatchObject({ gid: 700, members: [], primaryOf: members(0) });
      expect(both, size).toMatchObject({ gid: 703, members: ['u0', 'u1'], primaryOf: [] });
    }
    rmSync(etc, { recursive: true });
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
