import type { Options } from 'yargs';
import { connectionOptions } from './connection-options.ts';
import {
  applyOptions,
  COMMANDS,
  commonOptions,
  hostOptions,
  inventoryOptions,
  mergeOptions,
  playbookOptions,
  REPORT_COMMANDS,
  runOptions,
  SECRETS_COMMANDS,
  shardOptions,
  stepOptions,
} from './options.ts';
import { secretOptions, secretsOptions } from './secret-options.ts';

/** What may stand where the cursor is. */
export interface Completion {
  readonly words: readonly { readonly word: string; readonly describe: string }[];
  /** The shell offers its files too: it knows best how to quote them, and what `~` is. */
  readonly files: boolean;
  /** Names of facts; they are loaded by whom it concerns. */
  readonly facts?: true;
}

type Table = Readonly<Record<string, Options>>;

const GENERAL: Table = { help: { type: 'boolean', alias: 'h', describe: 'Show help' } };
const { inventory, limit } = hostOptions;

/** The options of each command, as its builder has them. */
const OPTIONS: Readonly<Record<string, Table>> = {
  apply: { ...playbookOptions, ...applyOptions },
  drift: playbookOptions,
  lint: { ...hostOptions, ...stepOptions, ...commonOptions },
  facts: {
    ...hostOptions,
    ...shardOptions,
    concurrency: runOptions.concurrency,
    ...connectionOptions,
    ...commonOptions,
  },
  inventory: { inventory, limit, ...shardOptions, ...inventoryOptions, ...secretOptions, ...commonOptions },
  report: { ...mergeOptions, ...commonOptions },
  secrets: { ...secretsOptions, ...secretOptions, 'no-color': commonOptions['no-color'] },
  completion: {},
};

const FILE_OPTIONS = new Set([
  'inventory',
  'extra-vars',
  'private-key',
  'known-hosts',
  'identity',
  'output',
  'secrets-passphrase-file',
  'vault-password-file',
  'ssh-config',
  'password-file',
  'become-password-file',
  'private-key-passphrase-file',
]);
const NOTHING: Completion = { words: [], files: false };
const FILES: Completion = { words: [], files: true };

/**
 * What can follow on the command line.
 *
 * @param line the words after `provision`; the last one is the one that is being written, perhaps empty.
 */
export function complete(line: readonly string[]): Completion {
  const { before, current } = joined(line);
  const { command, option, words } = read(before);
  const table: Table = { ...OPTIONS[command ?? 'apply'], ...GENERAL };
  if (option !== undefined) return valuesFor(option, table);
  const [, long] = /^--([a-z-]+)=/.exec(current) ?? [];
  if (long !== undefined) return valuesFor(long, table);
  if (current.startsWith('-')) return { words: optionWords(table, current), files: false };
  switch (command) {
    case undefined:
      return { words: matching(COMMANDS, current), files: true };
    case 'facts':
      return { ...NOTHING, facts: true };
    case 'completion':
      return { words: matching(['bash', 'zsh'], current), files: false };
    case 'inventory':
      return NOTHING;
    case 'report':
      return words > 1 ? FILES : { words: matching(REPORT_COMMANDS, current), files: false };
    case 'secrets':
      return words > 1 ? FILES : { words: matching(SECRETS_COMMANDS, current), files: false };
    default:
      return FILES;
  }
}

/** bash makes three words of `--inventory=prod.yml`, and two of `@lab.yml`. */
function joined(line: readonly string[]): { before: readonly string[]; current: string } {
  const before = line.slice(0, -1);
  const current = line.at(-1) ?? '';
  if (before.at(-1) === '@') return { before: before.slice(0, -1), current };
  if (current === '=' && before.at(-1)?.startsWith('--')) return { before, current: '' };
  if (before.at(-1) === '=' && before.at(-2)?.startsWith('--'))
    return { before: before.slice(0, -1), current };
  return { before, current };
}

interface Read {
  /** The command that is named. */
  readonly command?: string;
  /** The option whose value comes next. */
  readonly option?: string;
  /** Words that are no options and no values of them, the command among them. */
  readonly words: number;
}

function read(words: readonly string[]): Read {
  const all: Table = Object.assign({}, ...Object.values(OPTIONS));
  let option: string | undefined;
  let first: string | undefined;
  let plain = 0;
  for (const word of words) {
    if (option !== undefined) {
      // Of bash's three words the value is the third.
      if (word !== '=') option = undefined;
      continue;
    }
    if (!word.startsWith('-')) {
      first ??= word;
      plain += 1;
    } else if (!word.includes('=')) option = longName(word, all);
    if (option !== undefined && !takesValue(all[option])) option = undefined;
  }
  const command = first === undefined ? undefined : COMMANDS.includes(first) ? first : 'apply';
  return {
    words: plain,
    ...(command === undefined ? {} : { command }),
    ...(option === undefined ? {} : { option }),
  };
}

/** `-bi` ends with an option that takes a value. */
function longName(word: string, table: Table): string | undefined {
  const name = word.startsWith('--') ? word.slice(2) : word.slice(-1);
  return Object.keys(table).find((one) => one === name || aliasesOf(table[one]).includes(name));
}

function valuesFor(option: string, table: Table): Completion {
  if (FILE_OPTIONS.has(option)) return FILES;
  return { words: matching((table[option]?.choices ?? []).map(String), ''), files: false };
}

function optionWords(table: Table, current: string): Completion['words'] {
  return Object.entries(table).flatMap(([name, options]) => {
    const describe = String(options.describe ?? '');
    return [`--${name}`, ...aliasesOf(options).map((one) => `${one.length === 1 ? '-' : '--'}${one}`)]
      .filter((word) => word.startsWith(current))
      .map((word) => ({ word, describe }));
  });
}

function takesValue(options: Options | undefined): boolean {
  return options?.type === 'string';
}

function aliasesOf(options: Options | undefined): readonly string[] {
  return [options?.alias ?? []].flat();
}

function matching(words: readonly string[], current: string): Completion['words'] {
  return words.filter((word) => word.startsWith(current)).map((word) => ({ word, describe: '' }));
}
