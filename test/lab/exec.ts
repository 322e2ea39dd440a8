import { requireInit } from './machine.ts';
import type { Ran, RunOptions } from './run.ts';
import { run } from './run.ts';

export interface ExecOptions {
  readonly stdin?: string | Buffer;
  readonly timeoutMs?: number;
}

const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C',
};

/**
 * Runs a command as root inside a host without ssh, by entering the namespaces of its init. It leaves no trace of a
 * login. A string is a script for the host's /bin/sh, a list is a command with its arguments.
 */
export async function execOn(
  lab: string,
  host: string,
  command: string | readonly string[],
  options: ExecOptions = {},
): Promise<Ran> {
  const init = await requireInit(lab, host);
  // --wd without a value is init's own working directory, the host's /; with one it would be this machine's.
  const argv = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const inside: RunOptions = { ...options, env: ENVIRONMENT };
  return run(['nsenter', `--target=${init}`, '--all', '--root', '--wd', '--', ...argv], inside);
}
