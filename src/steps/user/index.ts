import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { schema, type UserArgs } from './schema.ts';

export const user: StepKind<UserArgs> = {
  name: 'user',
  summary: 'A user of the host, with its groups and its home.',
  description: `Manages a user in \`/etc/passwd\`, \`/etc/group\` and \`/etc/shadow\`. What is left out is not managed on a user
that is there; a new user gets the host's defaults (\`/etc/login.defs\`, \`/etc/default/useradd\`).

**Groups.** \`groups\` are added to those the user is in. Only with \`append: false\` are others taken away, and each of them is
listed. Only memberships in the host's own \`/etc/group\` count. Without \`group\` a new user gets a group of its own name; when
a group of that name is already there, it becomes the primary one.

**Home.** A missing home is made (also for a user that is there without one), filled from \`/etc/skel\`, with the mode that
\`HOME_MODE\` or \`UMASK\` of the host's \`login.defs\` give. It is made whole beside its place and moved there. A stray home is
given to the user, without what is in it: one whose owner no longer exists, or one of root's in \`/home\`. A home that belongs
to anybody else is left alone and said so. Modes of existing homes are not managed. For a directory that root has to own (the
root of an sftp-only user) say \`create_home: false\`.

**Numbers.** Put users with a fixed \`uid\` before those without: what number the host will choose is not predicted. When
\`uid\` changes, \`usermod\` gives the files in the home the new number; on a host without it the change is refused.

**Passwords.** Only hashes are taken. They reach the host on standard input, and changes never show them. A new password on an
account that is locked leaves it locked, unless \`password_lock: false\`. A new user without a password is locked, which does
not keep keys from logging in.

**Removing** takes the group of the same name too when nobody else uses it, and with \`remove: true\` the home and the mailbox
if they are the user's own. root and the user that the step acts as are never removed; the user that logs in is not either
(unless \`--no-guard\`).

Users are changed with \`useradd\`, \`usermod\`, \`userdel\` and \`chpasswd\`. On a host without them (busybox) the files are edited
to the same result: each is written beside, synced and renamed, and the account itself is added last and removed last.
There are no ranges in \`/etc/subuid\` then, and when the primary group changes, files in the home keep their group.

A user that a directory service serves satisfies the step, but cannot be changed by it.`,
  schema,
  examples: [
    { title: 'The deploy user', args: { name: 'deploy', shell: '/bin/bash', groups: ['sudo'] } },
    {
      title: 'A service account without a home',
      args: {
        name: 'app',
        uid: 2000,
        system: true,
        shell: '/usr/sbin/nologin',
        home: '/srv/app',
        create_home: false,
        comment: 'Application server',
      },
    },
    {
      title: 'In exactly these groups, until the end of the year',
      args: { name: 'guest', groups: ['users'], append: false, expires: '2027-12-31' },
    },
    {
      title: 'No such user, and nothing left of it',
      args: { name: 'olduser', state: 'absent', remove: true },
    },
  ],
  requires: 'root',
  compare,
};
