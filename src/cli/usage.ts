import { existsSync } from 'node:fs';
import { nearest } from '../documents/suggest.ts';
import { ANSIBLE_OPTIONS } from './ansible-options.ts';
import { COMMANDS, OPTION_NAMES, REPORT_COMMANDS } from './options.ts';

/** A mistake on the command line. Thrown while arguments are read, and shown without a stack. */
export class UsageError extends Error {
  /** Undefined: the usual one. Empty: none. */
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** Says what yargs found in the words of the other messages, with the nearest spelling. */
export function explainUsage(message: string, words: readonly string[] = []): UsageError {
  const unknown = /^Unknown (?:arguments?|commands?): (.*)$/s.exec(message)?.[1];
  if (unknown !== undefined)
    return explainUnknown(
      unknown.split(', ').map((word) => word.trim()),
      words,
    );
  const lacking = /^Not enough arguments following: (.*)$/s.exec(message)?.[1];
  if (lacking !== undefined) return new UsageError(`${dashed(lacking)} needs a value`);
  const choice = /Argument: ([^,]+), Given: (.*?), Choices: (.*)$/s.exec(message);
  if (choice !== null) {
    const [, option = '', given = '', choices = ''] = choice;
    return new UsageError(`${dashed(option)} cannot be ${given}`, `it is one of ${choices.trim()}`);
  }
  return new UsageError(message.charAt(0).toLowerCase() + message.slice(1));
}

function explainUnknown(unknown: readonly string[], words: readonly string[]): UsageError {
  const command = commandOf(words);
  const surplus = unknown.find((name) => words.includes(name));
  const [, second = ''] = words.filter((word) => !word.startsWith('-'));
  if (command === 'report' && surplus !== undefined && !REPORT_COMMANDS.includes(second)) {
    return unknownWord('report', second, REPORT_COMMANDS);
  }
  if (surplus !== undefined) {
    return new UsageError(
      `provision ${command} does not take "${surplus}"`,
      `provision ${command} --help explains the usage`,
    );
  }
  // `-dry-run` is read as `-d -r -y …`.
  const run = words.find((word) => /^-[a-z][a-z-]{2,}$/.test(word) && OPTION_NAMES.includes(word.slice(1)));
  if (run !== undefined) return new UsageError(`unknown option ${run}`, `did you mean -${run}?`);
  const elsewhere = unknown.find((name) => OPTION_NAMES.includes(name));
  if (elsewhere !== undefined) {
    return new UsageError(
      `provision ${command} has no option ${dashed(elsewhere)}`,
      `provision ${command} --help lists its options`,
    );
  }
  const name = unknown.find((one) => nearest(one, OPTION_NAMES) !== undefined) ?? unknown[0] ?? '';
  const near = nearest(name, OPTION_NAMES);
  const habit = ANSIBLE_OPTIONS.get(name) ?? negation(name);
  const hint = near === undefined ? 'provision --help lists the options' : `did you mean ${dashed(near)}?`;
  return new UsageError(`unknown option ${dashed(name)}`, habit ?? hint);
}

/** The second word of a command is none that it knows. */
export function unknownWord(command: string, word: string, known: readonly string[]): UsageError {
  const near = nearest(word, known);
  const hint = near === undefined ? `it can ${known.join(', ')}` : `did you mean "${near}"?`;
  return new UsageError(`provision ${command} cannot "${word}"`, hint);
}

/** A word behind an option may be its value: `-i inventory`. */
function commandOf(words: readonly string[]): string {
  return words.find((word, at) => COMMANDS.includes(word) && !words[at - 1]?.startsWith('-')) ?? 'apply';
}

function negation(name: string): string | undefined {
  const option = /^no-(.+)$/.exec(name)?.[1];
  return option !== undefined && OPTION_NAMES.includes(option)
    ? `leave --${option} out to be without it`
    : undefined;
}

function dashed(option: string): string {
  return option.startsWith('-') ? option : `${option.length === 1 ? '-' : '--'}${option}`;
}

/**
 * The first word is a playbook unless it names a command. When it is no file but nearly a command, it was
 * meant to be one.
 */
export function refuseMisspeltCommand(
  raw: Readonly<Record<string, unknown>>,
  commands: readonly string[],
): void {
  const [word] = (raw.playbooks ?? []) as readonly string[];
  if (word === undefined || existsSync(word)) return;
  if (word === 'help') {
    const [, command = ''] = (raw.playbooks ?? []) as readonly string[];
    const asked = commands.includes(command) ? `${command} ` : '';
    throw new UsageError('there is no command "help"', `provision ${asked}--help explains the usage`);
  }
  const near = nearest(word, commands);
  if (near !== undefined) throw new UsageError(`unknown command "${word}"`, `did you mean "${near}"?`);
  if (/^[a-z-]+$/.test(word)) {
    throw new UsageError(
      `there is no command and no playbook file "${word}"`,
      'provision --help lists the commands',
    );
  }
}
