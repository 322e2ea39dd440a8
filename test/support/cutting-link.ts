import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Where a connection over a link is cut. */
export interface Cut {
  /** Of the bytes that go to the host, or of those that come from it. */
  readonly direction: 'up' | 'down';
  /** The first byte that does not come through. */
  readonly at: number;
  /** Both ends are told, or nobody is and nothing comes through any more. */
  readonly how: 'reset' | 'silence';
}

/** How many bytes have come through. */
export interface Traffic {
  up: number;
  down: number;
}

/** A port of this machine that leads to a host, over a link that can be cut at any byte. */
export class CuttingLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut: Cut | undefined;
  /** Of the last connection. */
  traffic: Traffic = { up: 0, down: 0 };
  /** Whether the last connection was cut. */
  wasCut = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(host: { readonly address: string; readonly port: number }): Promise<CuttingLink> {
    const server = createServer({ noDelay: true });
    const link = new CuttingLink(server);
    server.on('connection', (near) => {
      const far = connect({ host: host.address, port: host.port, noDelay: true });
      link.#join(near, far);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The next connection is cut there; later ones are not. */
  cutNext(cut: Cut): void {
    this.#cut = cut;
  }

  /** Ends what was left in silence, and takes no more connections. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near: Socket, far: Socket): void {
    const traffic = { up: 0, down: 0 };
    const cut = this.#cut;
    this.#cut = undefined;
    this.traffic = traffic;
    this.wasCut = false;
    let over = false;
    const end = (): void => {
      over = true;
      this.wasCut = true;
      if (cut?.how !== 'reset') return;
      near.resetAndDestroy();
      far.resetAndDestroy();
    };
    for (const [from, into, direction] of [
      [near, far, 'up'],
      [far, near, 'down'],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (chunk) => {
        if (over) return;
        const left = cut?.direction === direction ? cut.at - traffic[direction] : Number.POSITIVE_INFINITY;
        const through = chunk.subarray(0, Math.max(0, left));
        traffic[direction] += through.length;
        if (through.length > 0 && !into.write(through)) {
          from.pause();
          into.once('drain', () => from.resume());
        }
        if (through.length < chunk.length) end();
      });
      from.on('error', () => {});
      from.on('close', () => {
        this.#sockets.delete(from);
        // In silence the other end does not hear of it.
        if (!over) into.destroy();
      });
    }
  }
}
