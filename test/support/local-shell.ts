import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostLook, HostLookKind, LookContext } from '../../src/engine/look.ts';
import { questionsOf } from '../../src/engine/question.ts';
import type { Shell } from '../../src/shell/quote.ts';
import { PRELUDE } from '../../src/ssh/session/prelude.ts';

/** A shell of this machine that stands for a kind of host. */
export interface LocalShell {
  readonly name: 'dash' | 'bash' | 'busybox';
  readonly command: string;
  readonly args: readonly string[];
  readonly path: string;
}

export interface ScriptResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The shells that the scripts must run in, each with its own tools: dash and bash (as `sh`, in POSIX mode) with
 * GNU's, busybox with nothing but its applets. `close` removes what was made for them.
 */
export function localShells(): { readonly shells: readonly LocalShell[]; close(): void } {
  const applets = mkdtempSync(join(tmpdir(), 'applets-'));
  const installed = spawnSync('busybox', ['--install', '-s', applets]);
  if (installed.status !== 0) throw new Error(`busybox is needed: ${installed.stderr}`);
  return {
    shells: [
      { name: 'dash', command: 'dash', args: [], path: SYSTEM_PATH },
      { name: 'bash', command: 'bash', args: ['--posix'], path: SYSTEM_PATH },
      { name: 'busybox', command: 'busybox', args: ['sh'], path: applets },
    ],
    close: () => rmSync(applets, { recursive: true }),
  };
}

/** Runs a script as a frame of the session runs it (see ssh/session/remote-shell.ts), in a local shell. */
export function runScript(
  shell: LocalShell,
  script: Shell,
  options: {
    readonly mark?: string;
    readonly cwd?: string;
    readonly input?: Uint8Array;
    readonly inShell?: boolean;
  } = {},
): ScriptResult {
  // The session appends the system's directories to PATH; they would hide what busybox lacks.
  const prelude = PRELUDE.text.replace(/^PATH=.*$/m, '');
  const frame = options.inShell
    ? `p_frame() {\n${script.text}\n}; p_frame </dev/null`
    : `(\n${script.text}\n)`;
  const text = `umask 077; export LC_ALL=C; MARK=${options.mark ?? 'mark'}\n${prelude}\n${frame}\nexit $?`;
  const command = spawnSync('which', [shell.command]).stdout.toString().trim();
  // No argument can hold a long script: then it comes as in a session, before the input.
  const bytes = Buffer.from(text);
  const long = bytes.length > 100_000;
  const code = long ? 'read -r n; s=$(dd bs=$n count=1 iflag=fullblock 2>/dev/null); eval "$s"' : text;
  const before = long ? [Buffer.from(`${bytes.length}\n`), bytes] : [];
  const { status, stdout, stderr, error } = spawnSync(command, [...shell.args, '-c', code], {
    // Bash that is given a socket takes itself for a remote shell and would read this machine's ~/.bashrc.
    env: { PATH: shell.path, HOME: '/nonexistent' },
    cwd: options.cwd ?? '/',
    input: Buffer.concat([...before, options.input ?? Buffer.alloc(0)]),
    maxBuffer: 64 * 1024 * 1024,
  });
  // A script may end before it has read all of its input.
  if (error !== undefined && (error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  return { code: status ?? 128, stdout, stderr };
}

/** The answers to looks of one kind, asked together in a local shell and read as the engine reads them. */
export function answers<Answer>(
  shell: LocalShell,
  looks: readonly HostLook<Answer>[],
  context: LookContext = { proofs: new Map(), deep: false, relist: false },
): readonly Answer[] {
  return runLook(shell, looks, context).answers;
}

/** The same, with what the shell wrote. */
export function runLook<Answer>(
  shell: LocalShell,
  looks: readonly HostLook<Answer>[],
  context: LookContext,
): { readonly answers: readonly Answer[]; readonly output: string } {
  const kind = looks[0]?.kind as HostLookKind<unknown, Answer> | undefined;
  if (kind === undefined) return { answers: [], output: '' };
  const queries = looks.map(({ query }) => query);
  const mark = randomBytes(16).toString('hex');
  const result = runScript(shell, kind.script(queries, context), {
    mark,
    ...(kind.inShell === true ? { inShell: true } : {}),
  });
  const output = { ...result, mark, received: Date.now() };
  return { answers: kind.parse(output, queries, context), output: result.stdout.toString('latin1') };
}

/** The answers to looks of kinds that are put as one question, asked and read as the engine does. */
export function together(shell: LocalShell, looks: readonly HostLook<unknown>[]): readonly unknown[] {
  const context: LookContext = { proofs: new Map(), deep: false, relist: false };
  const [question, ...others] = questionsOf(new Map(looks.map((look) => [look.key, look])));
  if (question === undefined || others.length > 0) throw new Error('these are no one question');
  const mark = randomBytes(16).toString('hex');
  const output = runScript(shell, question.script(context), {
    mark,
    inShell: question.kind.inShell === true,
  });
  const found = question.answers({ ...output, mark, received: Date.now() }, context);
  return looks.map(({ key }) => found[question.keys.indexOf(key)]);
}
