import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type AuthorizedKeysArgs, schema } from './schema.ts';

export const authorizedKeys: StepKind<AuthorizedKeysArgs> = {
  name: 'authorized_keys',
  summary: 'The SSH keys that let a user in.',
  description: `Manages entries of \`~/.ssh/authorized_keys\`. Each key that comes or goes is a change of its own, with its
fingerprint.

**Entries are compared whole.** For each key that is listed, the file holds exactly the listed entries: options and, where
given, the comment included. An entry of the same key with other options is changed, and a further one removed, because sshd
takes the first that fits: an unrestricted copy before the restricted one would lift the restriction. Other keys, comments
and lines that are not understood stay where they are. With \`exclusive: true\` every other key and every line that is neither
a key nor a comment is removed. With \`state: absent\` the listed keys are removed whatever their options.

**Keys are checked before any connection:** type, base64, length and the names of the options, since sshd silently ignores a
line that is wrong.

**Modes and owners are part of it,** since sshd refuses keys that others could change (StrictModes): the file is 0600 and
\`~/.ssh\` 0700, both of the user and its primary group; the write permission of group and others is taken from the home
itself. \`~/.ssh\` and the file are taken over from root. With \`manage_dir: false\` directories are left as they are, and what
sshd will refuse is said.

**Nothing is followed.** The directory belongs to the user while root acts in it. When \`~/.ssh\` or the file is a link, or
belongs to anybody but the user or root, the step fails and says so. Reading and writing go through descriptors and
directories whose real path was checked, so that a link put there at the right moment leads nowhere. A file that somebody
changes between looking and writing is not overwritten; the step fails and the next run looks again.

A \`path\` outside of the home must lie in a directory that only root can change. A user may manage its own keys without
\`become\`.`,
  schema,
  examples: [
    {
      title: 'Exactly these keys',
      args: {
        user: 'deploy',
        exclusive: true,
        keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMAnIiq0fYlJ5/jJg6k3TKFqEiP6l7YjcrptVRXKmUlE ops'],
      },
    },
    {
      title: 'One more key, restricted',
      args: {
        user: 'backup',
        keys: [
          {
            key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMAnIiq0fYlJ5/jJg6k3TKFqEiP6l7YjcrptVRXKmUlE',
            options: ['restrict', 'from="10.0.0.0/8"', 'command="/usr/bin/rrsync -ro /srv"'],
            comment: 'backup@vault',
          },
        ],
      },
    },
    {
      title: 'A key that must not be there',
      args: {
        user: 'deploy',
        state: 'absent',
        keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMAnIiq0fYlJ5/jJg6k3TKFqEiP6l7YjcrptVRXKmUlE'],
      },
    },
  ],
  requires: 'root, or to act as the user itself; /proc',
  compare,
};
