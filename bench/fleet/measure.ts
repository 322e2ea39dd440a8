import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainEnv } from '../measure/plain-env.ts';

/** What one command cost; processes that answered it are not in it. */
export interface Cost {
  /** Seconds by the clock. */
  readonly seconds: number;
  /** Seconds of CPU, user and system. */
  readonly cpu: number;
  /** Most memory that was resident at a time, in MiB. */
  readonly memory: number;
  readonly stdout: string;
}

export interface Command {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Run it on a terminal (of script(1)) of 120 columns and 40 rows. */
  readonly terminal?: boolean;
}

/**
 * Runs a command under GNU time and waits for its end.
 *
 * @param directory for what time writes down.
 * @throws Error when it does not end with 0.
 */
export async function measure(command: Command, directory: string): Promise<Cost> {
  const report = join(directory, 'time.txt');
  const timed = ['/usr/bin/time', '-q', '-o', report, '-f', '%U %S %M', ...command.argv];
  const [program, ...args] = command.terminal === true ? onTerminal(timed) : timed;
  const started = performance.now();
  const child = spawn(program as string, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: plainEnv({ ...(command.terminal === true ? {} : { NO_COLOR: '1' }), ...command.env }),
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const seconds = (performance.now() - started) / 1000;
  const stdout = Buffer.concat(out).toString('utf8');
  if (code !== 0) {
    const said = `${stdout.slice(-3000)}${Buffer.concat(err).toString('utf8').slice(-3000)}`;
    throw new Error(`${command.name} ended with ${code}:\n${said}`);
  }
  const [user = 0, system = 0, kilobytes = 0] = readFileSync(report, 'utf8').trim().split(' ').map(Number);
  return { seconds, cpu: user + system, memory: kilobytes / 1024, stdout };
}

function onTerminal(argv: readonly string[]): readonly string[] {
  const words = argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return ['script', '-qec', `stty cols 120 rows 40; exec ${words}`, '/dev/null'];
}
