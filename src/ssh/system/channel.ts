import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { ConnectionError } from '../errors.ts';
import type { RemoteProcess } from '../transport.ts';
import { within } from '../within.ts';
import { endWithUs } from './children.ts';

/** Milliseconds for what a command has said last to arrive after its end. */
const DRAIN = 200;

/**
 * Runs an ssh whose standard streams are those of a command on the host.
 *
 * @param lost resolves when the connection that it shares is gone.
 */
export async function openChannel(args: readonly string[], lost: Promise<unknown>): Promise<RemoteProcess> {
  // In a group of its own: Ctrl-C at the terminal is for us alone.
  const child = spawn('ssh', args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  endWithUs(child);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => {
      reject(new ConnectionError({ kind: 'lost', message: `ssh could not be started: ${error.message}` }));
    });
  });
  child.on('error', () => {});
  const exited = ended(child).then(async (code) => {
    // With 255 ssh also says that it has failed itself: the connection may be gone, and its own ssh about to end.
    const gone = code === 255 && (await within(DRAIN, lost));
    return gone ? undefined : code;
  });
  const io = Duplex.from({ readable: child.stdout, writable: child.stdin });
  // A command that is gone is told by `exited`.
  for (const stream of [io, child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  io.once('close', () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const late = setTimeout(() => child.kill(), DRAIN).unref();
    child.once('exit', () => clearTimeout(late));
  });
  return { io, stderr: child.stderr, room: () => undefined, exited };
}

/** The exit status, when all is said; undefined for a signal. */
function ended(child: ChildProcess): Promise<number | undefined> {
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      const drained = setTimeout(() => resolve(code ?? undefined), DRAIN);
      child.once('close', () => {
        clearTimeout(drained);
        resolve(code ?? undefined);
      });
    });
  });
}
