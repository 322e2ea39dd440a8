import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type GroupArgs, schema } from './schema.ts';

export const group: StepKind<GroupArgs> = {
  name: 'group',
  summary: 'A group of the host.',
  description: `Manages a group in \`/etc/group\`: that it is there, and its number when \`gid\` is given. Who is in it is
said by the \`user\` step. \`system\` only matters when the group is made.

Groups are changed with \`groupadd\`, \`groupmod\` and \`groupdel\`. On a host without them (busybox) the files
\`/etc/group\`, \`/etc/gshadow\` and, for the users of a renumbered group, \`/etc/passwd\` are edited to the same result: each is
written beside, synced and renamed.

A group that a directory service serves satisfies the step, but cannot be changed by it. When the number of a group
changes, files keep the old number. A number that another group has is refused, and so is removing a group that is some
user's primary one.`,
  schema,
  examples: [
    { title: 'A group whose number the host chooses', args: { name: 'app' } },
    { title: 'The same number on all hosts', args: { name: 'app', gid: 2000 } },
    { title: 'No such group', args: { name: 'games', state: 'absent' } },
  ],
  requires: 'root',
  compare,
};
