import { isatty } from 'node:tty';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { visible } from '../documents/visible.ts';
import { knownSecrets } from './known.ts';

/** What became of a program. */
export interface ProgramRun {
  readonly stdout: string;
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly signal: string | null;
  /** Why it was not run to its end: `ENOENT` and the like; `ETIMEDOUT` where its time was over. */
  readonly error?: string;
}

export interface RunProgramOptions {
  /** Where it begins. */
  readonly cwd?: string;
  /** Milliseconds that it may take. Then it is ended, with everything that it has started. */
  readonly limit: number;
  /** What is waited for, as it is told when it takes long. */
  readonly what: string;
  /** Milliseconds after which people wonder what is the matter. */
  readonly silence?: number;
  /** Where it is told. Default: standard error. */
  readonly fd?: number;
}

/**
 * Runs a program and waits for it, with the terminal, the input and the standard error of this process: it may ask the operator
 * something, so it stays in the foreground group of processes. That is why it is ended as a tree, and by a thread of its own:
 * this one is blocked meanwhile.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, limit, what, silence = 5_000, fd = 2 }: RunProgramOptions,
): ProgramRun {
  const done = new Int32Array(new SharedArrayBuffer(4));
  const { port1: mine, port2: its } = new MessageChannel();
  // A live display has left its cursor at the end of a line.
  const start = isatty(fd) ? '\r\x1b[K' : '';
  const text = `${start}waiting for ${visible(knownSecrets.mask(what))}\n`;
  const worker = new Worker(CODE, {
    eval: true,
    workerData: { program, args, cwd, limit, text, silence, fd, done, port: its, most: MOST },
    transferList: [its],
  });
  worker.unref();
  worker.on('error', () => {});
  // Where there is no room for a thread, the wait below is for nothing: it ends a little after the program would.
  const answered = Atomics.wait(done, 0, 0, limit + GRACE) !== 'timed-out';
  const run = answered ? (receiveMessageOnPort(mine)?.message as ProgramRun | undefined) : undefined;
  mine.close();
  return run ?? { stdout: '', status: null, signal: null, error: 'ETIMEDOUT' };
}

/** Bytes; as much as nobody calls a secret. */
const MOST = 1024 * 1024;
/** Milliseconds for a program to end when it is told to. */
const PATIENCE = 2_000;
const GRACE = 2 * PATIENCE + 1_000;

/** Children are found by their parents' numbers (proc(5)); without /proc only the program itself is ended. */
const CODE = `
const { workerData } = require('node:worker_threads');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const { program, args, cwd, limit, text, silence, fd, done, port, most } = workerData;
const pieces = [];
let size = 0, error, over = false;
const answer = (run) => {
  if (over) return;
  over = true;
  port.postMessage({ stdout: Buffer.concat(pieces).toString('utf8'), ...(error === undefined ? {} : { error }), ...run });
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
  process.exit();
};
const statOf = (pid) => {
  try {
    const [, rest] = /^\\d+ \\(.*\\) (.*)$/s.exec(fs.readFileSync('/proc/' + pid + '/stat', 'latin1'));
    const fields = rest.split(' ');
    return fields[0] === 'Z' ? undefined : { pid: Number(pid), parent: Number(fields[1]), began: fields[19] };
  } catch {
    return undefined;
  }
};
const treeOf = (root) => {
  let all = [];
  try {
    all = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).map(statOf).filter((one) => one !== undefined);
  } catch {}
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter((one) => one.parent === pid));
  return tree.length > 0 ? tree : [{ pid: root }];
};
// A number that another process has by now is not ours to end.
const isThere = ({ pid, began }) => began === undefined || statOf(pid)?.began === began;
const kill = (tree, signal) => {
  for (const { pid } of tree.filter(isThere)) {
    try { process.kill(pid, signal); } catch {}
  }
};
const end = (why) => {
  if (error !== undefined) return;
  error = why;
  pieces.length = 0;
  const tree = treeOf(child.pid);
  kill(tree, 'SIGTERM');
  const began = Date.now();
  setInterval(() => {
    const patient = Date.now() - began < ${PATIENCE};
    if (patient && tree.some(isThere)) return;
    kill(tree, 'SIGKILL');
    answer({ status: null, signal: patient ? 'SIGTERM' : 'SIGKILL' });
  }, 50);
};
process.on('uncaughtException', (thrown) => {
  error ??= thrown.code ?? thrown.message;
  answer({ status: null, signal: null });
});
const child = spawn(program, args, { cwd, stdio: ['inherit', 'pipe', 'inherit'] });
// Telling is a courtesy.
setTimeout(() => { try { fs.writeSync(fd, text); } catch {} }, silence).unref();
setTimeout(() => end('ETIMEDOUT'), limit).unref();
child.stdout.on('data', (piece) => {
  if (error !== undefined) return;
  pieces.push(piece);
  size += piece.length;
  if (size > most) end('ENOBUFS');
});
child.on('error', ({ code, message }) => {
  error = code ?? message;
  answer({ status: null, signal: null });
});
child.on('close', (status, signal) => error === undefined && answer({ status, signal }));
child.on('exit', (status, signal) => {
  // What it has started may go on, and keep its output open.
  if (error !== undefined) return;
  setTimeout(() => answer({ status, signal }), ${PATIENCE}).unref();
});
`;
