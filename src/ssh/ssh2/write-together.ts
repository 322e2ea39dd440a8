import type { Client } from 'ssh2';
import { internalsOf } from './ssh2-internals.ts';

/** Bytes. */
const FULL = 16 * 1024;

/**
 * Sends packets that are made at the same time (the last of the key exchange and the first after it, the end of a channel
 * and of the connection) in one piece: each write is a call to the system and a segment on the network.
 *
 * @returns whether ssh2 was found as expected.
 */
export function writeTogether(client: Client): boolean {
  const socket = internalsOf(client)._sock;
  if (socket?.cork === undefined) return false;
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  const send = (): void => socket.uncork();
  socket.write = (...args: unknown[]) => {
    // A full packet of a file fills a segment by itself.
    const full = Buffer.isBuffer(args[0]) && args[0].length > FULL;
    if (socket.writableCorked === 0 && !full) {
      socket.cork();
      process.nextTick(send);
    }
    return write(...args);
  };
  return true;
}
