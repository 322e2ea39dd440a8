import type { Json } from '../../engine/json.ts';
import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type CommandArgs, schema } from './schema.ts';

export const command: StepKind<CommandArgs> = {
  name: 'command',
  summary: 'Runs a program, guarded by what it brings about; or asks one, without changing anything.',
  description: `The program is given as a list (\`argv\`), which no shell reads, or as text for the host's \`sh\` (\`shell\`).
The short forms \`command: [program, argument]\` and \`command: "text for sh"\` mean the same.

**Guards** make a command repeatable. It is not run when \`creates\` is there, when \`removes\` is not there, when
\`unless\` ends with status 0, or when \`only_if\` does not. After it has run, \`creates\`, \`removes\` and \`unless\` are
asked again: when they still say that there is something to do, the step has failed. A command with none of these
three runs on every apply, is listed by every dry run, and says nothing about drift.

**Questions**: with \`read_only: true\` the command runs while the host is observed, also in dry runs and drift checks,
and never counts as a change. Only set it for commands that really change nothing; the same goes for \`unless\` and
\`only_if\`. When earlier steps have changes pending, what the command would say is not known yet: the dry run shows the
step as deferred, and apply asks it after those steps.

**Expectations**: without \`expect\` the exit status must be 0. \`register\` keeps \`rc\`, \`stdout\` and \`stderr\` (as
text, without the last newline) and \`changed\`.

The command runs as the step's user, in its home unless \`chdir\` is given, with umask 022, LC_ALL=C, an empty standard
input unless \`stdin\` is given, and no terminal. The step's \`timeout\` is enforced on the host where it has
\`timeout(1)\`. A child that is left in the background goes on, but what it prints afterwards is lost: send its output
to a file. A program or working directory that neither the host has nor an earlier step brings is a failure before
anything is touched.

A **secret** is handed over in \`env\` or \`stdin\`. In the program's arguments, in text for \`sh\` and in guards it is refused: everyone
on the host could read it in the list of processes.`,
  schema,
  normalize(args: Json): Json {
    if (typeof args === 'string') return { shell: args };
    return Array.isArray(args) ? { argv: args } : args;
  },
  processList: ['argv', 'shell', 'unless', 'only_if'],
  onlyAsks: (args) => (args as Partial<CommandArgs> | null)?.read_only === true,
  examples: [
    {
      title: 'Prove that the toolchain answers',
      args: {
        argv: ['/usr/local/go/bin/go', 'version'],
        read_only: true,
        expect: { stdout: 'go version go1.26.1 linux/amd64' },
      },
    },
    {
      title: 'Only when the database is not there yet',
      args: { argv: ['/srv/app/bin/app', 'init'], creates: '/var/lib/app/db', chdir: '/srv/app' },
    },
    {
      title: 'Guarded by a question',
      args: {
        shell: '/srv/app/bin/app migrate',
        unless: '/srv/app/bin/app migrate --check',
        env: { APP_ENV: 'production' },
      },
    },
    { title: 'On every apply, in short', args: ['systemctl', 'reload', 'app'] },
    { title: 'On every apply, as text for sh', args: 'date >/run/last-provisioned' },
  ],
  compare,
};
