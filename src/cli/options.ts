import type { Options } from 'yargs';
import { BECOME_METHODS } from '../inventory/become-methods.ts';
import { TRANSPORTS } from '../inventory/transports.ts';

/** The commands by name; for suggestions. */
export const COMMANDS = ['apply', 'drift', 'lint', 'facts', 'inventory', 'report', 'secrets', 'completion'];

/** The second word of `provision secrets`. */
export const SECRETS_COMMANDS = ['edit', 'view', 'encrypt', 'decrypt', 'rekey', 'keygen'] as const;

/** The second word of `provision report`. */
export const REPORT_COMMANDS = ['merge'];

/** An option with a value. */
export interface TextOption extends Options {
  /** What the help says for the value: FILE. */
  readonly value: string;
}

function text(
  value: string,
  alias: string | undefined,
  group: string,
  describe: string,
  more: Options = {},
): TextOption {
  return { type: 'string', requiresArg: true, value, group, describe, ...(alias ? { alias } : {}), ...more };
}

function flag(group: string, describe: string, more: Options = {}): Options {
  return { type: 'boolean', group, describe, ...more };
}

const HOSTS = 'Hosts and variables:';
const RUN = 'Run:';
const SECRETS = 'Secrets:';
const CONNECTION = 'Connection:';
const OUTPUT = 'Output:';

/** How encrypted files and values are opened. */
export const secretOptions = {
  identity: text(
    'FILE',
    undefined,
    SECRETS,
    'File with age keys, repeatable (PROVISION_IDENTITY, ~/.config/provision/identity.txt)',
  ),
  'secrets-passphrase-file': text(
    'FILE',
    undefined,
    SECRETS,
    'Read the passphrase of encrypted files from a file',
  ),
  'vault-password-file': text(
    'FILE',
    undefined,
    SECRETS,
    'File with a password of Ansible Vault, or a program that prints it (repeatable)',
  ),
  'vault-id': text(
    'ID@FILE',
    undefined,
    SECRETS,
    'The same for a vault id: id@file, or id@prompt (repeatable)',
  ),
  'ask-vault-pass': flag(SECRETS, 'Ask for the password of Ansible Vault'),
} satisfies Record<string, Options>;

/** Of `provision secrets`. */
export const secretsOptions = {
  recipient: text(
    'KEY',
    'r',
    SECRETS,
    'For whom to encrypt: age1…, repeatable (the nearest .provision-recipients)',
  ),
  passphrase: flag(SECRETS, 'Encrypt with a passphrase instead'),
  output: text('FILE', 'o', SECRETS, 'Write to this file, or with - to standard output, instead of in place'),
} satisfies Record<string, Options>;

export const hostOptions = {
  inventory: text(
    'INVENTORY',
    'i',
    HOSTS,
    'Inventory file or folder, or names with a comma: web1,web2, (repeatable)',
  ),
  limit: text('PATTERN', 'l', HOSTS, 'Only hosts that match this pattern too: web:!web07'),
  'extra-vars': text('VARS', 'e', HOSTS, 'Strongest variables: key=value, @file.yml or JSON (repeatable)'),
  ...secretOptions,
} satisfies Record<string, Options>;

/** Of commands that speak of hosts: one controller's part of them. */
export const shardOptions = {
  shard: text('I/N', undefined, HOSTS, 'Only part i of n of these hosts, by their names: 2/8'),
} satisfies Record<string, Options>;

export const stepOptions = {
  tags: text('TAGS', 't', RUN, 'Only steps with one of these tags: a,b'),
  'skip-tags': text('TAGS', undefined, RUN, 'No steps with one of these tags'),
} satisfies Record<string, Options>;

export const runOptions = {
  concurrency: text('N', undefined, RUN, 'Hosts at work at the same time: a number, or auto (default)'),
  'host-timeout': text(
    'TIME',
    undefined,
    RUN,
    'How long each host may take, from its turn on: 90s, 10m (no limit)',
  ),
  'run-timeout': text('TIME', undefined, RUN, 'How long the whole run may take (no limit)'),
  deep: flag(RUN, 'Prove everything by content, trusting no earlier proof and no time stamp'),
} satisfies Record<string, Options>;

export const applyOptions = {
  'dry-run': flag(RUN, 'Say what would change, and write nothing on any host', { alias: 'check' }),
  'no-guard': flag(RUN, 'Change what this connection depends on without a rollback: may lock you out'),
  'detailed-exitcode': flag(RUN, 'With --dry-run: exit with 2 when something would change'),
  'lock-timeout': text(
    'TIME',
    undefined,
    RUN,
    'How long to wait for another run that is changing a host (10s)',
  ),
} satisfies Record<string, Options>;

export const connectionOptions = {
  user: text(
    'USER',
    'u',
    CONNECTION,
    'Log in as this user (as inventory or ssh_config say, else as yourself)',
  ),
  'private-key': text(
    'FILE',
    undefined,
    CONNECTION,
    'Key file to log in with, repeatable (inventory, ssh_config, agent, ~/.ssh/id_*)',
  ),
  'private-key-passphrase-file': text(
    'FILE',
    undefined,
    CONNECTION,
    'File with the passphrase of key files (agent, PROVISION_PRIVATE_KEY_PASSPHRASE, asked)',
  ),
  'ask-pass': flag(CONNECTION, 'Ask once for the password to log in with', { alias: 'k' }),
  'password-file': text(
    'FILE',
    undefined,
    CONNECTION,
    'File with the password to log in with, readable by you alone',
  ),
  become: flag(CONNECTION, 'Act as root (sudo) where the playbook does not say otherwise', { alias: 'b' }),
  'become-method': text(
    'METHOD',
    undefined,
    CONNECTION,
    'sudo, su or doas, where the playbook does not say (inventory, sudo)',
    { choices: BECOME_METHODS },
  ),
  'ask-become-pass': flag(CONNECTION, 'Ask once for the password of sudo, su or doas', { alias: 'K' }),
  'become-password-file': text(
    'FILE',
    undefined,
    CONNECTION,
    'File with the password of sudo, su or doas, readable by you alone',
  ),
  'known-hosts': text(
    'FILE',
    undefined,
    CONNECTION,
    'File with the keys of known hosts (inventory, ssh_config, ~/.ssh/known_hosts)',
  ),
  'ssh-config': text(
    'FILE',
    'F',
    CONNECTION,
    'Read this file in place of ~/.ssh/config and /etc/ssh/ssh_config; none for no file',
  ),
  'host-key-checking': text(
    'POLICY',
    undefined,
    CONNECTION,
    'Hosts whose key is not known: strict refuses them (default), accept-new adds them',
    {
      choices: ['strict', 'accept-new'],
    },
  ),
  transport: text(
    'NAME',
    undefined,
    CONNECTION,
    "What speaks SSH: ssh2 (built in, default), or openssh, the system's ssh with all of ssh_config",
    { choices: [...TRANSPORTS] },
  ),
  'connect-timeout': text('TIME', undefined, CONNECTION, 'How long connecting and logging in may take (10s)'),
} satisfies Record<string, Options>;

const outputOptions = {
  diff: flag(OUTPUT, 'Show how texts differ', { alias: 'D' }),
  'no-progress': flag(OUTPUT, 'No live display, one line for each host'),
} satisfies Record<string, Options>;

/** Of `report merge`. */
export const mergeOptions = { diff: outputOptions.diff } satisfies Record<string, Options>;

/** On every command. */
export const commonOptions = {
  json: flag(OUTPUT, 'JSON on standard output, for programs'),
  verbose: { type: 'count', alias: 'v', group: OUTPUT, describe: 'Say more: -v steps, -vv connections' },
  'no-color': flag(OUTPUT, 'No colours (as NO_COLOR=1)'),
} satisfies Record<string, Options>;

/** Of `apply` and `drift`: everything that a run over hosts can be told. */
export const playbookOptions = {
  ...hostOptions,
  ...shardOptions,
  ...stepOptions,
  ...runOptions,
  ...connectionOptions,
  ...outputOptions,
  ...commonOptions,
};

export const playbooksArgument = {
  type: 'string',
  array: true,
  describe: 'Playbook files, in this order',
} as const;

export const inventoryOptions = {
  list: flag(OUTPUT, 'Everything, as JSON (as ansible-inventory --list)'),
  graph: flag(OUTPUT, 'Groups and hosts as a tree'),
  host: text('HOST', undefined, OUTPUT, 'Every variable of one host, and where it was set'),
} satisfies Record<string, Options>;

/** Of all commands. */
export const ALL_OPTIONS = { ...playbookOptions, ...applyOptions, ...inventoryOptions, ...secretsOptions };

/** All long names; for suggestions. */
export const OPTION_NAMES = Object.keys({ ...ALL_OPTIONS, help: {}, version: {}, check: {} });
