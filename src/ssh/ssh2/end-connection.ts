import type { Client } from 'ssh2';
import { within } from '../within.ts';
import { internalsOf } from './ssh2-internals.ts';

/** Milliseconds for the host to end its side. */
const PATIENCE = 2_000;

/**
 * Ends a connection, and waits for the host to have done so too: only then it has given back what the connection held. A host
 * that does not is not waited for long. ssh2 would wait for ever: it sends no signs of life to what it has ended, and its
 * `destroy` does nothing to that.
 */
export async function endConnection(client: Client): Promise<void> {
  const { _sock: socket } = internalsOf(client);
  if (socket === undefined) return void client.end();
  const closed = new Promise<void>((resolve) => {
    socket.once('close', resolve);
    if (socket.destroyed) resolve();
  });
  client.end();
  await within(PATIENCE, closed);
  socket.destroy();
}
