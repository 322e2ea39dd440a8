import { type HostLook, type HostLookKind, hostLook } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { captured, execLimited } from '../shell/capture.ts';
import { joinShell, type Shell, sh } from '../shell/quote.ts';

/** A program to run on a host, with what is around it. */
export interface CommandLine {
  readonly argv: readonly string[];
  /** Working directory; default is the acting user's home. */
  readonly chdir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Text for its standard input, which is empty otherwise. */
  readonly stdin?: string;
  /** Seconds until the host ends it. */
  readonly timeout: number;
}

export interface CommandResult {
  readonly rc: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Seconds by which the controller waits longer than the host lets the command run. */
const GRACE = 15;

/** The shell text that runs a command, apart from the session. Not umask 077: a command's files are its own affair. */
export function commandScript({ argv, chdir, env = {}, stdin, timeout }: CommandLine): Shell {
  const exports = Object.entries(env).map(([name, value]) => sh`export ${name}=${value}`);
  const run = joinShell([
    sh`umask 022`,
    // The session may have begun elsewhere: sudo stays where the login user was.
    chdir === undefined ? sh`cd "\${HOME:-/}" 2>/dev/null || cd /` : sh`cd ${chdir} || exit 1`,
    ...exports,
    execLimited(argv, timeout),
  ]);
  return captured(stdin === undefined ? run : sh`printf '%s' ${stdin} | (\n${run}\n)`);
}

/**
 * Asks what a command that changes nothing says. Each command is a kind of its own, so that it runs in a frame of
 * its own, with its own time limit. Any change to the host may change the answer, so there is none before earlier
 * steps are applied.
 */
export function commandLook(command: CommandLine): HostLook<CommandResult> {
  const kind: HostLookKind<CommandLine, CommandResult> = {
    name: 'command',
    inShell: true,
    timeout: command.timeout + GRACE,
    script: () => commandScript(command),
    parse: ({ code, stdout, stderr }) => [{ rc: code, stdout, stderr }],
    predict: (_, overlay: Overlay) =>
      overlay.isEmpty
        ? undefined
        : { unknown: 'what it says is known only when the steps before it are applied' },
  };
  return hostLook(kind, command, JSON.stringify(command));
}
