import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type SshdConfigArgs, schema } from './schema.ts';

export const sshdConfig: StepKind<SshdConfigArgs> = {
  name: 'sshd_config',
  summary: 'Settings of the OpenSSH server, checked, in effect and loaded.',
  description: `Manages one file in \`/etc/ssh/sshd_config.d\`, of root with mode 0600, and has the running server read it.

sshd takes the **first** value that it reads for most keywords. So it is not enough that the file is right: before anything is
written, the host's own \`sshd -T\` is asked what the whole configuration would come to, from a pipe. Refused are keywords and
values that this sshd does not know, a main file that does not include the directory, a line of another file that comes
first or adds to a list, and a \`Port\` that would have no effect because systemd listens in sshd's place.

Refused as well (unless \`--no-guard\`) is what would lock this run out: for its user, address and port sshd has to let the next connection in
(\`PermitRootLogin\`, \`AllowUsers\` and its like, \`AuthenticationMethods\`, \`Port\`, …). \`Match\` blocks of all files count in
that proof; they count as exceptions, not as contradictions, everywhere else.

Where other hosts of the run are reached through this one, it has to let them through as before; \`AllowTcpForwarding: false\`,
\`DisableForwarding\` and \`PermitOpen\` are rolled back when it does not. Hosts that are not in the run are not looked at.

After writing the server is reloaded (by \`systemctl reload\`, without systemd by SIGHUP); open connections stay. When it does
not take the configuration after all, the file that was there is put back and the server is started with it. A server that
has not read the newest configuration, because somebody has edited a file and not reloaded, is reloaded too.`,
  schema,
  examples: [
    {
      title: 'Keys only, and only these users',
      args: {
        name: '10-hardening',
        settings: {
          PasswordAuthentication: false,
          PermitRootLogin: 'prohibit-password',
          AllowUsers: ['root', 'deploy', 'ops'],
        },
      },
    },
    {
      title: 'File transfer only, for a group',
      args: {
        name: '50-sftp',
        match: [
          {
            criteria: 'Group sftponly',
            settings: {
              ForceCommand: 'internal-sftp',
              ChrootDirectory: '/srv/sftp/%u',
              AllowTcpForwarding: false,
            },
          },
        ],
      },
    },
    { title: 'No such settings', args: { name: '10-hardening', state: 'absent' } },
  ],
  requires: 'root, the OpenSSH server (8.2 or newer)',
  compare,
};
