import { existsSync } from 'node:fs';
import { nearest } from '../documents/suggest.ts';
import { OPTION_NAMES } from './options.ts';

/** A mistake on the command line. Thrown while arguments are read, and shown without a stack. */
export class UsageError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** Says what yargs found in the words of the other messages, with the nearest spelling. */
export function explainUsage(message: string): UsageError {
  const unknown = /^Unknown arguments?: (.*)$/s.exec(message)?.[1];
  if (unknown !== undefined) {
    const words = unknown.split(', ').map((word) => word.trim());
    const word = words.find((one) => nearest(one, OPTION_NAMES) !== undefined) ?? words[0] ?? '';
    const near = nearest(word, OPTION_NAMES);
    return new UsageError(
      `unknown option ${dashed(word)}`,
      near === undefined ? 'provision --help lists the options' : `did you mean ${dashed(near)}?`,
    );
  }
  const lacking = /^Not enough arguments following: (.*)$/s.exec(message)?.[1];
  if (lacking !== undefined) return new UsageError(`${dashed(lacking)} needs a value`);
  const choice = /Argument: ([^,]+), Given: (.*?), Choices: (.*)$/s.exec(message);
  if (choice !== null) {
    const [, option = '', given = '', choices = ''] = choice;
    return new UsageError(`${dashed(option)} cannot be ${given}`, `it is one of ${choices.trim()}`);
  }
  return new UsageError(message.charAt(0).toLowerCase() + message.slice(1));
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
  const near = nearest(word, commands);
  if (near !== undefined) throw new UsageError(`unknown command "${word}"`, `did you mean "${near}"?`);
}
