import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { formatDiagnostics } from '../documents/format.ts';
import { connectionOf } from '../inventory/connection.ts';
import { loadInventory } from '../inventory/load.ts';
import { createTargets } from './targets.ts';

/** What is said of a host with this variable, with the place in the inventory. */
function said(variable: string, privateKeys: readonly string[] = []): string {
  const folder = tempFiles({ 'hosts.yml': `web:\n  hosts:\n    web1:\n      ${variable}\n` });
  const { inventory } = loadInventory(['hosts.yml'], { cwd: folder });
  const { connection, diagnostics } = connectionOf(inventory!.hosts.get('web1')!);
  const targets = createTargets(
    [{ host: 'web1', loginUser: 'ops' }],
    new Map([['web1', connection!]]),
    {
      privateKeys,
      askPass: false,
      become: false,
      askBecomePass: false,
      hostKeyPolicy: 'strict',
      connectTimeout: 1,
      knownHosts: join(folder, 'no'),
    },
    inventory,
  );
  return formatDiagnostics([...diagnostics, ...targets.diagnostics]);
}

test.each([
  ['ansible_ssh_private_key_file: /no/key', 'hosts.yml:4:37: error: the private key /no/key'],
  ['ansible_connection: local', 'hosts.yml:4:27: error: ansible_connection: local is not supported yet'],
  ['provision_proxy_jump: bastion', '4:29: error: a jump host is not supported yet (`provision_proxy_jump`)'],
  [
    'ansible_ssh_common_args: -J bastion',
    '4:32: error: a jump host is not supported yet (`ansible_ssh_common_args`)',
  ],
])('%s', (variable, message) => {
  expect(said(variable)).toContain(message);
});

test('a key of the command line has no place', () => {
  expect(said('ansible_ssh_private_key_file: /no/key', ['/other'])).toMatch(
    /^error: the private key \/other/,
  );
});
