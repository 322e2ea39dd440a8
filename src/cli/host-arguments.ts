import type { Shard } from '../inventory/shard.ts';
import type { VaultSource } from '../secrets/vault-passwords.ts';
import { all, one, type RawArguments } from './argument-values.ts';
import { requireFile } from './required-file.ts';
import { readShard } from './shard-argument.ts';
import { UsageError } from './usage.ts';

/** Which hosts, and with which variables. */
export interface HostArguments {
  readonly inventory: readonly string[];
  readonly limit?: string;
  readonly extraVars: readonly string[];
  /** Applied after everything else. */
  readonly shard?: Shard;
  readonly secrets: SecretArguments;
}

/** How encrypted files and values are opened. */
export interface SecretArguments {
  readonly identities: readonly string[];
  readonly passphraseFile?: string;
  readonly vaultPasswordFiles: readonly VaultSource[];
  readonly askVaultPass: boolean;
}

/**
 * Reads which hosts are meant, with which variables.
 *
 * @throws UsageError
 */
export function readHosts(raw: RawArguments): HostArguments {
  const limit = one(raw, 'limit');
  const shard = one(raw, 'shard');
  return {
    inventory: all(raw, 'inventory'),
    extraVars: all(raw, 'extra-vars'),
    secrets: readSecrets(raw),
    ...(limit === undefined ? {} : { limit }),
    ...(shard === undefined ? {} : { shard: readShard(shard) }),
  };
}

/**
 * Reads how encrypted files and values are opened. Named files have to be there.
 *
 * @throws UsageError
 */
export function readSecrets(raw: RawArguments): SecretArguments {
  const passphraseFile = one(raw, 'secrets-passphrase-file');
  const ids = all(raw, 'vault-id').map((text): VaultSource => {
    const [, id = 'default', file] = /^(?:(.*?)@)?(.+)$/s.exec(text) ?? [];
    if (file !== undefined) return { id: id === '' ? 'default' : id, file };
    throw new UsageError(`--vault-id "${text}" names no file`, 'write --vault-id prod@vault-prod.txt');
  });
  const files = all(raw, 'vault-password-file').map((file): VaultSource => ({ id: 'default', file }));
  const identities = all(raw, 'identity');
  for (const file of identities) requireFile('--identity', file);
  if (passphraseFile !== undefined) requireFile('--secrets-passphrase-file', passphraseFile);
  for (const { file } of files) requireFile('--vault-password-file', file, { program: true });
  const hint = 'write --vault-id ID@FILE, or ID@prompt';
  for (const { file } of ids.filter((one) => one.file !== 'prompt')) {
    requireFile('--vault-id', file, { program: true, hint });
  }
  return {
    identities,
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
    vaultPasswordFiles: [...files, ...ids.filter(({ file }) => file !== 'prompt')],
    askVaultPass: raw['ask-vault-pass'] === true || ids.some(({ file }) => file === 'prompt'),
  };
}

/** @throws UsageError where no inventory is given. */
export function requireInventory({ inventory }: HostArguments): void {
  if (inventory.length > 0) return;
  throw new UsageError('no inventory is given', 'say which hosts there are: -i inventory/prod.yml');
}
