import type { Options } from 'yargs';

/** An option with a value. */
export interface TextOption extends Options {
  /** What the help says for the value: FILE. */
  readonly value: string;
}

/**
 * An option with a value.
 *
 * @param value what the help says for it: FILE.
 */
export function text(
  value: string,
  alias: string | undefined,
  group: string,
  describe: string,
  more: Options = {},
): TextOption {
  return { type: 'string', requiresArg: true, value, group, describe, ...(alias ? { alias } : {}), ...more };
}

/** An option that is there or not. */
export function flag(group: string, describe: string, more: Options = {}): Options {
  return { type: 'boolean', group, describe, ...more };
}

/** The titles under which the help lists options. */
export const GROUPS = {
  hosts: 'Hosts and variables:',
  run: 'Run:',
  secrets: 'Secrets:',
  connection: 'Connection:',
  output: 'Output:',
} as const;
