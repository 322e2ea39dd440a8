import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineCpuSeconds } from './machine-cpu.ts';
import { plainEnv } from './plain-env.ts';

/** What one run of a command cost. */
export interface Cost {
  /** Wall time, in seconds. */
  readonly seconds: number;
  /** User and system time of the command and of the descendants it waited for, in seconds. */
  readonly cpuSeconds: number;
  /** The largest of these processes, in MiB. */
  readonly peakMiB: number;
  /** Of all processes of this machine during the run, hosts included, in seconds. */
  readonly machineCpuSeconds: number;
}

/** A command that has ended. */
export interface Ended {
  /** When it began, in milliseconds of the wall clock. */
  readonly began: number;
  readonly cost: Cost;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  /** Laid over this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds after which the command and all its descendants are ended. */
  readonly limit: number;
  /** Aborted: the command and its descendants are ended at once. */
  readonly signal: AbortSignal;
}

const TIMED = fileURLToPath(new URL('./timed.py', import.meta.url));

/**
 * Runs a command to its end and says what it cost. Its output goes to files, so that nobody has to keep up with it.
 *
 * @throws Error when it did not end in time, or the bench was interrupted. A bad exit code is no error here.
 */
export async function runChild(argv: readonly string[], options: ChildOptions): Promise<Ended> {
  options.signal.throwIfAborted();
  const directory = mkdtempSync(join(tmpdir(), 'provision-bench-run-'));
  const files = ['stdout', 'stderr', 'cost'].map((name) => join(directory, name));
  const [out, err, cost] = files.map((file) => openSync(file, 'w')) as [number, number, number];
  const busy = machineCpuSeconds();
  try {
    const child = spawn('python3', [TIMED, '3', ...argv], {
      stdio: ['ignore', out, err, cost],
      env: plainEnv({ NO_COLOR: '1', ...options.env }),
      // A group of its own, so that all of it can be ended.
      detached: true,
    });
    const { code, why } = await ended(child, options);
    if (why !== undefined) throw new Error(`${argv[0]} ${why}`);
    const machine = machineCpuSeconds() - busy;
    const [stdout, stderr, told] = files.map((file) => readFileSync(file, 'utf8')) as [
      string,
      string,
      string,
    ];
    if (told === '') throw new Error(`${argv[0]} could not be started:\n${stderr}`);
    const { began, ...rest } = JSON.parse(told) as { began: number } & Omit<Cost, 'machineCpuSeconds'>;
    return { began, cost: { ...rest, machineCpuSeconds: machine }, code, stdout, stderr };
  } finally {
    for (const file of [out, err, cost]) closeSync(file);
    rmSync(directory, { recursive: true, force: true });
  }
}

function ended(
  child: ReturnType<typeof spawn>,
  { limit, signal }: ChildOptions,
): Promise<{ readonly code: number; readonly why?: string }> {
  return new Promise((resolve, reject) => {
    let why: string | undefined;
    const end = (reason: string): void => {
      why = reason;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    const interrupted = (): void => end('was interrupted');
    const timer = setTimeout(() => end(`did not end within ${limit} s`), limit * 1000);
    const settled = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupted);
    };
    signal.addEventListener('abort', interrupted, { once: true });
    child.once('error', (error) => {
      settled();
      reject(error);
    });
    child.once('close', (code) => {
      settled();
      resolve({ code: code ?? 128, ...(why === undefined ? {} : { why }) });
    });
  });
}
