import type { Duplex } from 'node:stream';

/** How a host is reached that is not reached directly. */
export interface Way {
  /** The last host on it, for people: `ops@bastion:22`. */
  readonly name: string;
  /**
   * Opens a stream to an address, which the last host on the way resolves, and logs in over it. Waits until there is room
   * for one more login.
   *
   * @param timeout milliseconds for the stream and the login together.
   * @param login given the stream, and the milliseconds that are left.
   * @param urgent goes before all that waits for room.
   * @throws ConnectionError
   */
  through<T>(
    address: string,
    port: number,
    timeout: number,
    login: (stream: Duplex, left: number) => Promise<T>,
    urgent?: boolean,
  ): Promise<T>;
  /** Resolves when the way has room for more bytes; undefined when it has. */
  room(): Promise<void> | undefined;
  /** Why the way is gone, if it is. */
  lost(): Error | undefined;
}
