import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of `--json`, parsed; empty without it. */
  readonly events: readonly CliEvent[];
}

/** One line of `--json`. */
export interface CliEvent {
  readonly event: string;
  readonly host?: string;
  readonly [key: string]: unknown;
}

/** Runs the built command line as a user would, without a terminal. */
export function provision(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly onSpawn?: (pid: number) => void;
    /** How many files it may open (`ulimit -n`). */
    readonly openFiles?: number;
    /** Told of each line of `--json` as it comes. */
    readonly onEvent?: (event: CliEvent) => void;
  } = {},
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const limit =
      options.openFiles === undefined ? [] : ['sh', '-c', `ulimit -n ${options.openFiles}; exec "$@"`, 'sh'];
    const [program = '', ...words] = [...limit, process.execPath, MAIN, ...args, ...transport(args)];
    const child = spawn(program, words, {
      cwd: options.cwd ?? process.cwd(),
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out.push(chunk);
      if (options.onEvent === undefined) return;
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) options.onEvent(JSON.parse(line) as CliEvent);
    });
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.once('error', reject);
    if (child.pid !== undefined) options.onSpawn?.(child.pid);
    child.once('close', (code, signal) => {
      const stdout = Buffer.concat(out).toString('utf8');
      resolve({
        code: code ?? (signal === 'SIGKILL' ? 137 : 128),
        stdout,
        stderr: Buffer.concat(err).toString('utf8'),
        events: args.includes('--json') ? parseLines(stdout) : [],
      });
    });
  });
}

/** `PROVISION_TRANSPORT=openssh` has the tests run over the system's ssh. */
function transport([first = '']: readonly string[]): readonly string[] {
  const { PROVISION_TRANSPORT: name } = process.env;
  const elsewhere = ['inventory', 'lint', 'report', 'completion', '--version', '--help'].includes(first);
  return name === undefined || name === '' || elsewhere ? [] : ['--transport', name];
}

function parseLines(stdout: string): readonly CliEvent[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CliEvent);
}

/** All changes of all steps, by host, as the JSON lines tell them. */
export function changesByHost(result: CliResult): Readonly<Record<string, readonly unknown[]>> {
  const changes: Record<string, unknown[]> = {};
  for (const event of result.events) {
    if (event.event !== 'step-finished' || event.host === undefined) continue;
    const mine = changes[event.host] ?? [];
    changes[event.host] = mine;
    mine.push(...((event.changes as readonly unknown[] | undefined) ?? []));
  }
  return changes;
}
