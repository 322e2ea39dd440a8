import type { Options } from 'yargs';
import { connectionOptions } from './connection-options.ts';
import { flag, GROUPS, text } from './option-forms.ts';
import { secretOptions, secretsOptions } from './secret-options.ts';

/** The commands by name; for suggestions. */
export const COMMANDS = ['apply', 'drift', 'lint', 'facts', 'inventory', 'report', 'secrets', 'completion'];

/** The second word of `provision secrets`. */
export const SECRETS_COMMANDS = ['edit', 'view', 'encrypt', 'decrypt', 'rekey', 'keygen'] as const;

/** The second word of `provision report`. */
export const REPORT_COMMANDS = ['merge'];

export const hostOptions = {
  inventory: text(
    'INVENTORY',
    'i',
    GROUPS.hosts,
    'Inventory file or folder, or names with a comma: web1,web2, (repeatable)',
  ),
  limit: text('PATTERN', 'l', GROUPS.hosts, 'Only hosts that match this pattern too: web:!web07'),
  'extra-vars': text(
    'VARS',
    'e',
    GROUPS.hosts,
    'Strongest variables: key=value, @file.yml or JSON (repeatable)',
  ),
  ...secretOptions,
} satisfies Record<string, Options>;

/** Of commands that speak of hosts: one controller's part of them. */
export const shardOptions = {
  shard: text('I/N', undefined, GROUPS.hosts, 'Only part i of n of these hosts, by their names: 2/8'),
} satisfies Record<string, Options>;

export const stepOptions = {
  tags: text('TAGS', 't', GROUPS.run, 'Only steps with one of these tags: a,b'),
  'skip-tags': text('TAGS', undefined, GROUPS.run, 'No steps with one of these tags'),
} satisfies Record<string, Options>;

export const runOptions = {
  concurrency: text(
    'N',
    undefined,
    GROUPS.run,
    'Hosts at work at the same time: a number, or auto (default)',
  ),
  'host-timeout': text(
    'TIME',
    undefined,
    GROUPS.run,
    'How long each host may take, from its turn on: 90s, 10m (no limit)',
  ),
  'run-timeout': text('TIME', undefined, GROUPS.run, 'How long the whole run may take (no limit)'),
  deep: flag(GROUPS.run, 'Prove everything by content, trusting no earlier proof and no time stamp'),
} satisfies Record<string, Options>;

export const applyOptions = {
  'dry-run': flag(GROUPS.run, 'Say what would change, and write nothing on any host', { alias: 'check' }),
  'no-guard': flag(GROUPS.run, 'Change what this connection depends on without a rollback: may lock you out'),
  'detailed-exitcode': flag(GROUPS.run, 'With --dry-run: exit with 2 when something would change'),
  'lock-timeout': text(
    'TIME',
    undefined,
    GROUPS.run,
    'How long to wait for another run that is changing a host (10s)',
  ),
} satisfies Record<string, Options>;

const outputOptions = {
  diff: flag(GROUPS.output, 'Show how texts differ', { alias: 'D' }),
  'no-progress': flag(GROUPS.output, 'No live display, one line for each host'),
} satisfies Record<string, Options>;

/** Of `report merge`. */
export const mergeOptions = { diff: outputOptions.diff } satisfies Record<string, Options>;

/** On every command. */
export const commonOptions = {
  json: flag(GROUPS.output, 'JSON on standard output, for programs'),
  verbose: {
    type: 'count',
    alias: 'v',
    group: GROUPS.output,
    describe: 'Say more: -v steps, -vv connections',
  },
  'no-color': flag(GROUPS.output, 'No colours (as NO_COLOR=1)'),
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
  list: flag(GROUPS.output, 'Everything, as JSON (as ansible-inventory --list)'),
  graph: flag(GROUPS.output, 'Groups and hosts as a tree'),
  host: text('HOST', undefined, GROUPS.output, 'Every variable of one host, and where it was set'),
} satisfies Record<string, Options>;

/** Of all commands. */
export const ALL_OPTIONS = { ...playbookOptions, ...applyOptions, ...inventoryOptions, ...secretsOptions };

/** All long names; for suggestions. */
export const OPTION_NAMES = Object.keys({ ...ALL_OPTIONS, help: {}, version: {}, check: {} });
