import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A long link to a host: a port of this machine that leads there, on which each byte takes its time. */
export interface DelayedLink {
  readonly port: number;
  /** Breaks what is connected, and lets nobody connect any more. */
  cut(): void;
}

/**
 * @param delay milliseconds that each byte takes, one way.
 * @param rate bytes a second in each direction; default is as many as come.
 */
export async function delayedLink(
  to: { readonly address: string; readonly port: number },
  { delay, rate = Number.POSITIVE_INFINITY }: { readonly delay: number; readonly rate?: number },
): Promise<DelayedLink> {
  const sockets = new Set<Socket>();
  const over = new AbortController();
  const { signal } = over;
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: to.address, port: to.port, noDelay: true });
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      let free = 0;
      let last = Promise.resolve();
      // One after the other: timers of different lengths do not keep their order.
      const later = (work: () => void): void => {
        const due = delay + Math.max(free, performance.now());
        last = last
          .then(() => sleep(due - performance.now(), undefined, { signal }))
          .then(work)
          .catch((error: unknown) => {
            if (!signal.aborted) throw error;
          });
      };
      from.on('data', (chunk) => {
        free = Math.max(free, performance.now()) + (chunk.length / rate) * 1000;
        later(() => {
          if (!into.destroyed) into.write(chunk);
        });
      });
      from.on('end', () => later(() => into.end()));
      from.on('error', () => into.destroy());
      from.on('close', () => {
        sockets.delete(from);
        later(() => into.destroy());
      });
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      server.close();
      over.abort();
      for (const socket of sockets) socket.destroy();
    },
  };
}
