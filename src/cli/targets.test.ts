import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { formatDiagnostics } from '../documents/format.ts';
import { connectionOf } from '../inventory/connection.ts';
import { loadInventory } from '../inventory/load.ts';
import { readSshConfig } from '../ssh/config/read.ts';
import { createTargets } from './targets.ts';

/** What is said of a host with this variable, with the place in the inventory. */
function said(variable: string, privateKeys: readonly string[] = [], sshConfig = ''): string {
  const folder = tempFiles({
    'hosts.yml': `web:\n  hosts:\n    web1:\n      ${variable}\n`,
    ssh_config: sshConfig,
  });
  const { config } = readSshConfig({ file: join(folder, 'ssh_config') });
  const { inventory } = loadInventory(['hosts.yml'], { cwd: folder });
  const { connection, diagnostics } = connectionOf(inventory!.hosts.get('web1')!);
  const targets = createTargets([{ host: 'web1', loginUser: 'ops' }], new Map([['web1', connection!]]), {
    options: {
      privateKeys,
      askPass: false,
      askBecomePass: false,
      become: false,
      knownHosts: join(folder, 'no'),
    },
    config,
    inventory,
  });
  return formatDiagnostics([...diagnostics, ...targets.diagnostics]);
}

test.each([
  ['ansible_ssh_private_key_file: /no/key', 'hosts.yml:4:37: error: the private key /no/key'],
  ['ansible_connection: local', 'hosts.yml:4:27: error: ansible_connection: local is not supported yet'],
])('%s', (variable, message) => {
  expect(said(variable)).toContain(message);
});

test('a key of the command line has no place', () => {
  expect(said('ansible_ssh_private_key_file: /no/key', ['/other'])).toMatch(
    /^error: the private key \/other/,
  );
});

const KEY = 'ansible_password: 1';

test.each([
  ['ProxyCommand nc %h %p', ':1:1: error: ProxyCommand is not supported'],
  ['Host web*\n  HostName %u', ':2:3: error: HostName: only %h can stand in it, not "%u"'],
  ['Host web1\n  IdentityFile ~/a\n  IdentityFile /b/%z', ':3:3: error: /b/%z: "%z" cannot be replaced here'],
  ['UserKnownHostsFile ~/a /b/%z', ':1:1: error: /b/%z: "%z" cannot be replaced here'],
  ['RevokedHostKeys /etc/ssh/revoked', ':1:1: error: revokedhostkeys is not supported'],
  ['Host x\nHost web1\n CanonicalizeHostname yes', ':3:2: warning: canonicalizehostname is not used'],
  ['StrictHostKeyChecking no', ':1:1: warning: StrictHostKeyChecking no is not obeyed'],
  ['Match host web1 exec "true"\n  User x', ':1:1: warning: match exec is not used'],
])('ssh_config: %s', (text, message) => {
  expect(said(KEY, [], text)).toContain(`ssh_config${message}`);
});

test.each([
  'Host other\n  ProxyCommand nc %h %p',
  'ProxyCommand none',
  'IdentityAgent /agent\nProxyJump bastion\nProxyCommand nc %h %p',
  'IdentityAgent /agent\nProxyCommand ssh -q -W %h:%p bastion',
  'StrictHostKeyChecking ask',
  'Match host other exec "true"\n  User x',
  'CanonicalizeHostname no',
])('ssh_config: nothing is said of %s', (text) => {
  expect(said(KEY, [], text)).toBe('');
});

test('the inventory wins over a ProxyCommand', () => {
  expect(said(`provision_proxy_jump: none\n      ${KEY}`, [], 'ProxyCommand nc %h %p')).toBe('');
});
