import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type DirectoryArgs, schema } from './schema.ts';

export const directory: StepKind<DirectoryArgs> = {
  name: 'directory',
  summary: 'A directory with this mode and owner.',
  description: `What is in the directory is left alone, and so are a mode, owner or group that are not given. A new directory
gets mode 0755 and belongs to the user that the step acts as, unless told otherwise.

Its parent must exist or be created by an earlier step; with \`parents: true\` the missing ones are created as well. A
file or a link in its place is a failure.

With \`state: absent\` the directory is removed. When there is something in it, that fails unless \`recursive: true\` is
set; directories without which no host works (/, /etc, /usr, /var, …) are never removed, and neither is one at or below
which something is mounted.`,
  schema,
  examples: [
    {
      title: 'A place for artifacts',
      args: { path: '/var/lib/artifacts', mode: '0755', owner: 'root', group: 'root' },
    },
    {
      title: 'A directory and what is missing above it',
      args: { path: '/srv/app/releases', parents: true, owner: 'deploy' },
    },
    {
      title: 'A tree that must not be there',
      args: { path: '/opt/old-app', state: 'absent', recursive: true },
    },
  ],
  compare,
};
