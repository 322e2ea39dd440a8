import type { Options } from 'yargs';
import { flag, GROUPS, text } from './option-forms.ts';

/** How encrypted files and values are opened. */
export const secretOptions = {
  identity: text(
    'FILE',
    undefined,
    GROUPS.secrets,
    'File with age keys, repeatable (PROVISION_IDENTITY, ~/.config/provision/identity.txt)',
  ),
  'secrets-passphrase-file': text(
    'FILE',
    undefined,
    GROUPS.secrets,
    'Read the passphrase of encrypted files from a file',
  ),
  'vault-password-file': text(
    'FILE',
    undefined,
    GROUPS.secrets,
    'File with a password of Ansible Vault, or a program that prints it (repeatable)',
  ),
  'vault-id': text(
    'ID@FILE',
    undefined,
    GROUPS.secrets,
    'The same for a vault id: id@file, or id@prompt (repeatable)',
  ),
  'ask-vault-pass': flag(GROUPS.secrets, 'Ask for the password of Ansible Vault'),
} satisfies Record<string, Options>;

/** Of `provision secrets`. */
export const secretsOptions = {
  recipient: text(
    'KEY',
    'r',
    GROUPS.secrets,
    'For whom to encrypt: age1…, repeatable (the nearest .provision-recipients)',
  ),
  passphrase: flag(GROUPS.secrets, 'Encrypt with a passphrase instead'),
  output: text(
    'FILE',
    'o',
    GROUPS.secrets,
    'Write to this file, or with - to standard output, instead of in place',
  ),
} satisfies Record<string, Options>;
