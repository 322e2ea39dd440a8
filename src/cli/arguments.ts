import type { TimeLimits } from '../engine/host-time.ts';
import type { Shard } from '../inventory/shard.ts';
import type { TransportName } from '../inventory/transports.ts';
import type { VaultSource } from '../secrets/vault-passwords.ts';
import type { HostKeyPolicy } from '../ssh/known-hosts-check.ts';
import type { BecomeMethod } from '../inventory/become-methods.ts';
import { readDuration } from './duration-argument.ts';
import { requireFile } from './required-file.ts';
import { readShard } from './shard-argument.ts';
import { UsageError } from './usage.ts';

/** What yargs read, before it is checked. */
export type RawArguments = Readonly<Record<string, unknown>>;

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

export interface ConnectionArguments {
  readonly user?: string;
  readonly privateKeys: readonly string[];
  /** Ask for the password to log in with. */
  readonly askPass: boolean;
  /** File with that password. */
  readonly passwordFile?: string;
  /** File with the passphrase of key files. */
  readonly keyPassphraseFile?: string;
  readonly become: boolean;
  readonly becomeMethod?: BecomeMethod;
  /** Ask for the password to become others with. */
  readonly askBecomePass: boolean;
  /** File with that password. */
  readonly becomePasswordFile?: string;
  readonly knownHosts?: string;
  readonly transport?: TransportName;
  readonly hostKeyPolicy?: HostKeyPolicy;
  /** Milliseconds. */
  readonly connectTimeout?: number;
  /** In place of the usual ssh_config; `none` for none. */
  readonly sshConfig?: string;
}

export interface StepArguments {
  readonly playbooks: readonly string[];
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

export interface OutputArguments {
  readonly json: boolean;
  readonly diff: boolean;
  readonly progress: boolean;
  readonly color: boolean;
  readonly verbosity: number;
}

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

export function requireInventory({ inventory }: HostArguments): void {
  if (inventory.length > 0) return;
  throw new UsageError('no inventory is given', 'say which hosts there are: -i inventory/prod.yml');
}

export function readConnection(raw: RawArguments): ConnectionArguments {
  const user = one(raw, 'user');
  const knownHosts = one(raw, 'known-hosts');
  const transport = one(raw, 'transport') as TransportName | undefined;
  const becomeMethod = one(raw, 'become-method');
  const becomePasswordFile = one(raw, 'become-password-file');
  const askBecomePass = raw['ask-become-pass'] === true;
  if (askBecomePass && becomePasswordFile !== undefined) {
    throw new UsageError(
      'both --ask-become-pass and --become-password-file are given',
      'one of them is enough',
    );
  }
  const passwordFile = one(raw, 'password-file');
  const sshConfig = one(raw, 'ssh-config');
  const policy = one(raw, 'host-key-checking');
  const timeout = time(raw, 'connect-timeout', 0.1, 3600);
  const keyPassphraseFile = one(raw, 'private-key-passphrase-file');
  const askPass = raw['ask-pass'] === true;
  if (askPass && passwordFile !== undefined) {
    throw new UsageError('both --ask-pass and --password-file are given', 'one of them is enough');
  }
  return {
    askPass,
    privateKeys: all(raw, 'private-key'),
    become: raw.become === true,
    ...(policy === undefined ? {} : { hostKeyPolicy: policy as HostKeyPolicy }),
    ...(timeout === undefined ? {} : { connectTimeout: timeout }),
    ...(sshConfig === undefined ? {} : { sshConfig }),
    askBecomePass,
    ...(user === undefined ? {} : { user }),
    ...(transport === undefined ? {} : { transport }),
    ...(knownHosts === undefined ? {} : { knownHosts }),
    ...(becomeMethod === undefined ? {} : { becomeMethod: becomeMethod as BecomeMethod }),
    ...(becomePasswordFile === undefined ? {} : { becomePasswordFile }),
    ...(keyPassphraseFile === undefined ? {} : { keyPassphraseFile }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
  };
}

export function readSteps(raw: RawArguments, command = 'provision'): StepArguments {
  const playbooks = (raw.playbooks ?? []) as readonly string[];
  if (playbooks.length === 0) {
    throw new UsageError(
      'no playbook is given',
      `for example: ${command} -i inventory/prod.yml playbooks/go.yml (${command} --help says more)`,
    );
  }
  if (playbooks.includes('')) throw new UsageError('the name of a playbook is empty', NOT_SET);
  return { playbooks, tags: words(raw, 'tags'), skipTags: words(raw, 'skip-tags') };
}

/** What `apply` and `drift` read alike. */
export interface PlaybookArguments {
  readonly hosts: HostArguments;
  readonly steps: StepArguments;
  readonly connection: ConnectionArguments;
  readonly output: OutputArguments;
  readonly concurrency: number | 'auto';
  readonly deep: boolean;
  readonly limits: TimeLimits;
}

/** Reads the options of a run over hosts. The playbook and the inventory are asked for first: they are always needed. */
export function readPlaybookRun(raw: RawArguments, command?: string): PlaybookArguments {
  const hosts = readHosts(raw);
  const steps = readSteps(raw, command);
  requireInventory(hosts);
  return {
    hosts,
    steps,
    connection: readConnection(raw),
    output: readOutput(raw),
    concurrency: readConcurrency(raw),
    deep: raw.deep === true,
    limits: readLimits(raw),
  };
}

function readLimits(raw: RawArguments): TimeLimits {
  const host = time(raw, 'host-timeout', 1, WEEK);
  const run = time(raw, 'run-timeout', 1, WEEK);
  return { ...(host === undefined ? {} : { host }), ...(run === undefined ? {} : { run }) };
}

/** In seconds: more than any run takes. */
const WEEK = 604_800;

/** Milliseconds to wait for another run that is changing a host. */
export function readLockWait(raw: RawArguments): number {
  return time(raw, 'lock-timeout', 0, 86_400) ?? 10_000;
}

export function readConcurrency(raw: RawArguments): number | 'auto' {
  if ((one(raw, 'concurrency') ?? 'auto') === 'auto') return 'auto';
  const given = number(raw, 'concurrency', 1, 1, 100_000);
  if (!Number.isInteger(given)) throw new UsageError(`--concurrency must be a whole number, not ${given}`);
  return given;
}

export function readOutput(raw: RawArguments): OutputArguments {
  return {
    json: raw.json === true,
    diff: raw.diff === true,
    progress: raw['no-progress'] !== true,
    color: raw['no-color'] !== true,
    verbosity: Number(raw.verbose ?? 0),
  };
}

/** All values of a repeatable option. */
function all(raw: RawArguments, name: string): readonly string[] {
  const value = raw[name];
  const values = value === undefined ? [] : [value].flat().map(String);
  // `--limit "$HOSTS"` with HOSTS not set must not mean every host.
  if (values.includes('')) throw new UsageError(`the value of --${name} is empty`, NOT_SET);
  return values;
}

const NOT_SET = 'leave the option out, or give a value: is a variable of the shell not set?';

function one(raw: RawArguments, name: string): string | undefined {
  const values = all(raw, name);
  if (values.length > 1) throw new UsageError(`--${name} is given ${values.length} times`, 'give it once');
  return values[0];
}

/** A time in milliseconds. @param least, most in seconds. */
function time(raw: RawArguments, name: string, least: number, most: number): number | undefined {
  const given = one(raw, name);
  return given === undefined ? undefined : readDuration(name, given, least, most);
}

function words(raw: RawArguments, name: string): readonly string[] {
  return all(raw, name)
    .flatMap((value) => value.split(',').map((word) => word.trim()))
    .filter((word) => word !== '');
}

function number(raw: RawArguments, name: string, fallback: number, least: number, most: number): number {
  const given = one(raw, name);
  if (given === undefined) return fallback;
  const value = /^\d+(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${name} must be a number from ${least} to ${most}, not "${given}"`);
}
