import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasErrors } from '../../src/documents/diagnostic.ts';
import { readSshConfig } from '../../src/ssh/config/read.ts';
import type { FuzzTarget } from './target.ts';
import { requireTellable } from './tellable.ts';

const home = mkdtempSync(join(tmpdir(), 'fuzz-home-'));
mkdirSync(join(home, '.ssh'), { mode: 0o700 });
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

const CONFIG = `# comment
Host web* !web9 "db 1"
    HostName %h.example
    User ops
    Port 2222
    IdentityFile ~/.ssh/id_%h
    IdentitiesOnly yes
    ProxyJump ops@bastion:22,[::1]:2200
    UserKnownHostsFile /dev/null ~/.ssh/known_hosts
Include other.conf
Match host *.example user ops
    ConnectTimeout 1m30s
    ServerAliveInterval=5
Match all
    HostKeyAlias "%n"
    ServerAliveCountMax 3
`;

/** What OpenSSH's client is configured by. */
export const sshConfig: FuzzTarget = {
  name: 'ssh_config',
  corpus: [Buffer.from(CONFIG), Buffer.from('Host *\nProxyCommand nc %h %p\nMatch canonical\nUser x\n')],
  words: [
    'Host ',
    'Match ',
    'Include ',
    'Include loop.conf\n',
    'Include *\n',
    'Include /dev/zero\n',
    'Include /\n',
    'HostName ',
    'ProxyJump ',
    '%h',
    '%%',
    '%',
    '*',
    '!',
    '"',
    'exec "touch /tmp/fuzz-was-here"',
    'final',
    'originalhost',
    'localuser',
    '1w2d',
    ',',
    '[',
    ']',
    '~',
    '$' + '{HOME}',
    '=',
  ],
  run(input) {
    writeFileSync(join(home, '.ssh/config'), input, { mode: 0o600 });
    writeFileSync(join(home, '.ssh/other.conf'), input.subarray(0, 200), { mode: 0o600 });
    writeFileSync(join(home, '.ssh/loop.conf'), 'Include loop.conf\n', { mode: 0o600 });
    const { config, diagnostics } = readSshConfig({ home, localUser: 'me' });
    requireTellable(diagnostics, 'line feed');
    if (hasErrors(diagnostics)) return;
    for (const host of ['web1', 'web9', 'db 1', 'x.example', 'h'.repeat(300)]) {
      const { values, places } = config.lookup(host);
      for (const field of Object.keys(values)) {
        if (!places.has(field as never)) throw new Error(`${field} has no place`);
      }
    }
  },
};
