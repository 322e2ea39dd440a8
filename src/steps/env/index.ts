import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type EnvArgs, schema } from './schema.ts';

export const env: StepKind<EnvArgs> = {
  name: 'env',
  summary: 'Environment variables and PATH for login shells, for everybody or for one user.',
  description: `For everybody the settings are written to \`/etc/profile.d/NAME.sh\` (mode 0644, owner root), which login shells
that are sh, bash, dash or ksh read. With \`user\` they are a block in a file of that user's home (\`rc\`, default
\`.profile\`), between two marker lines; everything else in the file is kept byte for byte, and so are its owner and
mode. A block that is there is replaced where it stands, a new one is added at the end, a missing file is created.

In values and PATH entries \`$NAME\` and \`\${NAME}\` are expanded when the user logs in, so \`GOPATH: $HOME/go\` means each
user's own directory. Write \`$$\` for a dollar sign. Everything else is literal: blanks, quotes, backslashes, and
\`$(…)\`, which is not executed.

PATH entries come before those that are there, in the order given; sourcing the file twice does not double them. An entry
that is in PATH already stays where it is.

Sessions that are open keep their environment; services of systemd read none of these files. Bash reads
\`.bash_profile\` instead of \`.profile\` where there is one. A link in place of a user's file, or of the home, is a
failure: its owner could lead it anywhere.`,
  schema,
  examples: [
    {
      title: 'The Go toolchain for everybody',
      args: {
        name: 'go',
        path: ['/usr/local/go/bin', '$HOME/go/bin'],
        set: { GOROOT: '/usr/local/go', GOPATH: '$HOME/go', GOPROXY: 'http://athens.internal:3000' },
      },
    },
    {
      title: 'For one user',
      args: { name: 'app', user: 'deploy', rc: '.bashrc', set: { LOG_LEVEL: 'info' } },
    },
    { title: 'A setting that must not be there', args: { name: 'java', state: 'absent' } },
  ],
  compare,
};
