import type { Options } from 'yargs';
import { BECOME_METHODS } from '../inventory/become-methods.ts';
import { TRANSPORTS } from '../inventory/transports.ts';
import { flag, GROUPS, text } from './option-forms.ts';

export const connectionOptions = {
  user: text(
    'USER',
    'u',
    GROUPS.connection,
    'Log in as this user (as inventory or ssh_config say, else as yourself)',
  ),
  'private-key': text(
    'FILE',
    undefined,
    GROUPS.connection,
    'Key file to log in with, repeatable (inventory, ssh_config, agent, ~/.ssh/id_*)',
  ),
  'private-key-passphrase-file': text(
    'FILE',
    undefined,
    GROUPS.connection,
    'File with the passphrase of key files (agent, PROVISION_PRIVATE_KEY_PASSPHRASE, asked)',
  ),
  'ask-pass': flag(GROUPS.connection, 'Ask once for the password to log in with', { alias: 'k' }),
  'password-file': text(
    'FILE',
    undefined,
    GROUPS.connection,
    'File with the password to log in with, readable by you alone',
  ),
  become: flag(GROUPS.connection, 'Act as root (sudo) where the playbook does not say otherwise', {
    alias: 'b',
  }),
  'become-method': text(
    'METHOD',
    undefined,
    GROUPS.connection,
    'sudo, su or doas, where the playbook does not say (inventory, sudo)',
    { choices: BECOME_METHODS },
  ),
  'ask-become-pass': flag(GROUPS.connection, 'Ask once for the password of sudo, su or doas', { alias: 'K' }),
  'become-password-file': text(
    'FILE',
    undefined,
    GROUPS.connection,
    'File with the password of sudo, su or doas, readable by you alone',
  ),
  'known-hosts': text(
    'FILE',
    undefined,
    GROUPS.connection,
    'File with the keys of known hosts (inventory, ssh_config, ~/.ssh/known_hosts)',
  ),
  'ssh-config': text(
    'FILE',
    'F',
    GROUPS.connection,
    'Read this file in place of ~/.ssh/config and /etc/ssh/ssh_config; none for no file',
  ),
  'host-key-checking': text(
    'POLICY',
    undefined,
    GROUPS.connection,
    'Hosts whose key is not known: strict refuses them (default), accept-new adds them',
    {
      choices: ['strict', 'accept-new'],
    },
  ),
  transport: text(
    'NAME',
    undefined,
    GROUPS.connection,
    "What speaks SSH: ssh2 (built in, default), or openssh, the system's ssh with all of ssh_config",
    { choices: [...TRANSPORTS] },
  ),
  'connect-timeout': text(
    'TIME',
    undefined,
    GROUPS.connection,
    'How long connecting and logging in may take (10s)',
  ),
} satisfies Record<string, Options>;
