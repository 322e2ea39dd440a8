import type { Duplex } from 'node:stream';
import { type ConnectTarget, connect, type Ssh2Transport } from './connect.ts';
import { ConnectionError, type ConnectionFailure } from './errors.ts';
import type { ForwardOptions } from './forward.ts';
import { Slots } from './slots.ts';
import type { Way } from './way.ts';

/** Handshakes at once through one bastion: from the tenth on sshd may drop them (MaxStartups 10:30:100). */
export const MOST_LOGINS = 8;
/** How often a connection that broke is opened again for the hosts that are yet to come. */
const MOST_LOSSES = 3;
/** How often one that has never been reached is tried. */
const MOST_TRIES = 2;
/** Milliseconds for which nobody tries again what has just failed. */
const PAUSE = 3_000;

/**
 * The one connection to a bastion, which all hosts behind it share. It is opened when the first of them needs it, and stays
 * until `close`. A login that was refused is not repeated: one for each host would have the bastion lock this controller out.
 * One that was not reached is tried again by who comes after a pause, so that no host takes the time of a try that came to
 * nothing just before. One that was there once may be back soon, and a host behind it may have to be proven.
 */
export class Bastion implements Way {
  readonly name: string;
  readonly target: ConnectTarget;
  readonly #logins = new Slots(MOST_LOGINS);
  #opening: Promise<Ssh2Transport> | undefined;
  #transport: Ssh2Transport | undefined;
  #lost: Error | undefined;
  #losses = 0;
  #tries = 0;
  /** When the last try has failed in a way that may pass, by `performance.now()`. */
  #failed: number | undefined;
  #closing = false;

  constructor(target: ConnectTarget) {
    const { address, port, user } = target;
    this.name = `${user}@${address.includes(':') ? `[${address}]` : address}:${port}`;
    this.target = target;
  }

  async through<T>(
    address: string,
    port: number,
    timeout: number,
    login: (stream: Duplex, left: number) => Promise<T>,
    urgent?: boolean,
  ): Promise<T> {
    return this.#logins.use(async () => {
      const transport = await this.#open(urgent);
      const begun = performance.now();
      const stream = await transport.forward({ address, port, through: this.name, timeout });
      try {
        return await login(stream, Math.max(1, timeout - (performance.now() - begun)));
      } catch (error) {
        stream.destroy();
        throw error;
      }
    }, urgent);
  }

  /**
   * Opens a stream to an address over the one connection, without logging in there; who asks for it ends it.
   *
   * @throws ConnectionError
   */
  async forward(options: Omit<ForwardOptions, 'closed'>): Promise<Duplex> {
    return (await this.#open(true)).forward(options);
  }

  room(): Promise<void> | undefined {
    return this.#transport?.room();
  }

  lost(): Error | undefined {
    return this.#lost;
  }

  /** Ends the connection; what goes over it breaks. One that is still being opened is ended when it is. Never rejects. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#transport === undefined) {
      void this.#opening?.then((late) => late.close()).catch(() => {});
      return;
    }
    await this.#transport.close();
  }

  #open(urgent?: boolean): Promise<Ssh2Transport> {
    if (this.#failed !== undefined && performance.now() - this.#failed >= PAUSE) this.#opening = undefined;
    this.#opening ??= this.#connect(urgent);
    return this.#opening;
  }

  async #connect(urgent?: boolean): Promise<Ssh2Transport> {
    this.#failed = undefined;
    if (this.#losses > MOST_LOSSES || this.#closing) {
      throw new ConnectionError({ kind: 'lost', message: this.#lost?.message ?? 'the run is at its end' });
    }
    try {
      this.#tries += 1;
      const transport = await connect(this.target, urgent);
      this.#transport = transport;
      this.#lost = undefined;
      void transport.closed.then((cause) => this.#broke(cause));
      return transport;
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      // What this controller lacks it may have later.
      if (error.lacking !== undefined) {
        this.#opening = undefined;
        this.#tries -= 1;
      } else if (this.#mayPass(error.failure)) this.#failed = performance.now();
      throw new ConnectionError(this.#explain(error.failure), error.lacking);
    }
  }

  #mayPass({ kind }: ConnectionFailure): boolean {
    if (kind !== 'unreachable' && kind !== 'lost' && kind !== 'timeout') return false;
    return this.#losses > 0 || this.#tries < MOST_TRIES;
  }

  #broke(cause: Error | undefined): void {
    this.#lost = new Error(
      `the bastion ${this.name} is gone${cause === undefined ? '' : ` (${cause.message})`}`,
    );
    this.#losses += 1;
    this.#opening = undefined;
  }

  #explain({ kind, message, hint }: ConnectionFailure): ConnectionFailure {
    return { kind, message: `the bastion ${this.name}: ${message}`, ...(hint === undefined ? {} : { hint }) };
  }
}
