import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { SHELL_BODY } from '../../src/ssh/session/prelude.ts';
import { RemoteShell } from '../../src/ssh/session/remote-shell.ts';
import type { RemoteProcess } from '../../src/ssh/transport.ts';
import type { LocalShell } from './local-shell.ts';

/**
 * The same shell loop as on a host, as a local process, with one of the shells in place of /bin/sh.
 *
 * @param noise what the shell runs first.
 * @param merged both streams come in one.
 */
export function localRemoteShell(
  { command, args, path }: LocalShell,
  { noise = '', merged = false }: { readonly noise?: string; readonly merged?: boolean } = {},
): RemoteShell {
  const streams = merged ? 'exec 2>&1' : ':';
  const child = spawn(command, [...args, '-c', `${streams}\n${noise}\n${SHELL_BODY}`], {
    env: { ...process.env, PATH: path },
  });
  child.stdin.on('error', () => {});
  const remote: RemoteProcess = {
    io: Duplex.from({ writable: child.stdin, readable: child.stdout }),
    stderr: child.stderr,
    room: () => undefined,
    exited: new Promise((resolve) => child.once('close', (code) => resolve(code ?? undefined))),
  };
  remote.io.on('error', () => {});
  return new RemoteShell(remote, (said, code) => ({ kind: 'lost', message: `ended ${code}: ${said}` }), {
    merged,
  });
}
