import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { processHome } from '../controller/process-user.ts';
import type { Diagnostic } from '../documents/diagnostic.ts';
import { type ReadIdentities, readIdentities } from '../secrets/identities.ts';
import { Opener, type OpenerOptions } from '../secrets/opener.ts';
import type { VaultPassword } from '../secrets/vault.ts';
import { readVaultPassword, type VaultSource } from '../secrets/vault-passwords.ts';
import { askHidden } from './ask-hidden.ts';
import type { ExtraVarsReader } from './extra-vars.ts';
import type { SecretArguments } from './host-arguments.ts';
import { readPasswordFile } from './password-file.ts';
import { UsageError } from './usage.ts';

/** So often a passphrase is asked for at the terminal. */
const ATTEMPTS = 3;

/**
 * What opens encrypted files and values. Keys and passwords are read when the first file needs them; a vault password
 * that is to be asked for is asked for now.
 *
 * @param more for commands that do not need every value.
 * @throws UsageError where there is no terminal to ask at or nothing was typed, or a file of a passphrase cannot be read.
 */
export async function createOpener(
  args: SecretArguments,
  more: Pick<OpenerOptions, 'unread' | 'optional' | 'ends' | 'note'> = {},
): Promise<Opener> {
  const asked = await askVaultPassword(args);
  return new Opener({
    identities: once(() => identitiesOf(args)),
    passphrase: passphraseOf(args),
    vaultPasswords: once(() => vaultPasswords(args, asked)),
    ...more,
  });
}

/** Reads `-e`: paths in its texts begin at the current folder. */
export function extraVarsReader(opener: Opener): ExtraVarsReader {
  return { file: opener.read, text: (text, name) => opener.parse(text, name, '.') };
}

/** The files of keys: those that were named, else that of the environment, else the usual one where there is one. */
function identityFiles({ identities }: SecretArguments): readonly string[] {
  if (identities.length > 0) return identities;
  const { PROVISION_IDENTITY: named } = process.env;
  if (named !== undefined && named !== '') return [named];
  return existsSync(usualIdentity()) ? [usualIdentity()] : [];
}

/** Where a key is looked for, and made, when nothing is said. */
export function usualIdentity(): string {
  const { XDG_CONFIG_HOME: base } = process.env;
  return join(base?.startsWith('/') ? base : join(processHome(), '.config'), 'provision', 'identity.txt');
}

/** The keys of all files, with what is wrong with any. */
export function identitiesOf(args: SecretArguments): ReadIdentities {
  const read = identityFiles(args).map(readIdentities);
  // Who has set the variable long ago does not know what the file has to do with this.
  const named = args.identities.length === 0 && (process.env.PROVISION_IDENTITY ?? '') !== '';
  const why = named ? { hint: 'the variable PROVISION_IDENTITY of the environment names it' } : {};
  return {
    identities: read.flatMap(({ identities }) => identities),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics.map((one) => ({ ...why, ...one }))),
  };
}

function passphraseOf({ passphraseFile }: SecretArguments): OpenerOptions['passphrase'] {
  return async (file, attempt) => {
    if (passphraseFile !== undefined)
      return attempt === 1 ? readPasswordFile('--secrets-passphrase-file', passphraseFile) : undefined;
    if (attempt > ATTEMPTS) return undefined;
    const answer = await askHidden(`${attempt === 1 ? '' : 'That was wrong. '}Passphrase of ${file}: `);
    return answer?.reveal() === '' ? undefined : answer;
  };
}

async function askVaultPassword({ askVaultPass }: SecretArguments): Promise<VaultPassword | undefined> {
  if (!askVaultPass) return undefined;
  const password = await askHidden('Vault password: ');
  if (password === undefined) {
    throw new UsageError('--ask-vault-pass: there is no terminal to ask at', 'use --vault-password-file');
  }
  if (password.reveal() === '') {
    throw new UsageError('--ask-vault-pass: no password was typed', 'type it, or use --vault-password-file');
  }
  return { id: 'default', password };
}

function vaultPasswords(
  { vaultPasswordFiles }: SecretArguments,
  asked: VaultPassword | undefined,
): { readonly passwords: readonly VaultPassword[]; readonly diagnostics: readonly Diagnostic[] } {
  const { ANSIBLE_VAULT_PASSWORD_FILE: usual } = process.env;
  const named =
    vaultPasswordFiles.length === 0 && asked === undefined && usual !== undefined && usual !== ''
      ? [{ id: 'default', file: usual }]
      : vaultPasswordFiles;
  const read = named.map((source: VaultSource) => readVaultPassword(source));
  return {
    passwords: [
      ...(asked === undefined ? [] : [asked]),
      ...read.flatMap((one) => (one.ok ? [one.password] : [])),
    ],
    diagnostics: read.flatMap((one) => (one.ok ? [] : [one.diagnostic])),
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
