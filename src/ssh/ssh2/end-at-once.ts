import type { Client } from 'ssh2';
import { internalsOf } from './ssh2-internals.ts';

/** Milliseconds for a line that is full, or gone, to take what is left. */
const LEAVING = 2_000;

/**
 * Ends a connection as OpenSSH's client does: what was written and the word that this is the end are handed to the system,
 * which brings them there, and nothing is waited for. The host's own end would take another round trip, and may never come.
 *
 * ssh2's `destroy` does nothing to a connection that has been ended.
 */
export async function endAtOnce(client: Client): Promise<void> {
  const { _sock: socket } = internalsOf(client);
  if (socket === undefined) return void client.end();
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LEAVING);
    socket.once('finish', resolve).once('close', resolve);
    if (socket.destroyed || socket.writableFinished) resolve();
    client.end();
  });
  clearTimeout(timer);
  socket.destroy();
}
