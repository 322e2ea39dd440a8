import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type SudoersArgs, schema } from './schema.ts';

export const sudoers: StepKind<SudoersArgs> = {
  name: 'sudoers',
  summary: 'A file of rules in /etc/sudoers.d, checked by visudo.',
  description: `Manages one file in \`/etc/sudoers.d\`, of root with mode 0440. Its rules are given as one rule (\`user\` or
\`group\`, \`commands\`, …) or as the whole \`content\`.

The dry run already asks the host's \`visudo\` about the new rules, by themselves and together with the other files (an alias
may be defined once only), so that a mistake is found before anything is written. At apply the file is written beside its
place under a name that sudo ignores, checked again, synced and renamed.

Refused are names that sudo would ignore, a host without sudo, and a host whose \`/etc/sudoers\` does not include the
directory. Whether users, groups and commands exist is not checked: sudo does not ask for it either.`,
  schema,
  examples: [
    {
      title: 'What the deploy user may do',
      args: {
        name: 'deploy',
        user: 'deploy',
        nopasswd: true,
        commands: ['/usr/bin/systemctl restart app', '/usr/bin/systemctl reload app'],
      },
    },
    {
      title: 'A whole file',
      args: { name: 'ops', content: 'Defaults:%ops timestamp_timeout=5\n%ops ALL=(ALL:ALL) ALL\n' },
    },
    { title: 'No such rules', args: { name: 'olduser', state: 'absent' } },
  ],
  requires: 'root, sudo',
  compare,
};
