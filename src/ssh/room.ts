import type { Writable } from 'node:stream';

/** Bytes that may wait in this process for one connection to take them. */
const MOST_WAITING = 512 * 1024;

/**
 * Tells when a connection has room again. Each of its channels may send as much as the host's windows allow, and ssh2 passes
 * all of that on: on a slow line megabytes for each host would wait in memory.
 *
 * @returns a function that gives undefined when there is room, else a promise that resolves when there is, or when the
 * connection is gone.
 */
export function roomOn(socket: Writable): () => Promise<void> | undefined {
  let waiting: Promise<void> | undefined;
  return () => {
    if (socket.destroyed || socket.writableLength < MOST_WAITING) return undefined;
    waiting ??= new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('drain', done);
        socket.off('close', done);
        waiting = undefined;
        resolve();
      };
      socket.on('drain', done);
      socket.on('close', done);
    });
    return waiting;
  };
}
