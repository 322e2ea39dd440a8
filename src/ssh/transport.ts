import type { Duplex, Readable } from 'node:stream';

/**
 * The narrow door to an SSH implementation: everything above it works with any transport that can open a
 * command with its three streams.
 *
 * Implementers owe: host keys are proven before anything is sent; a lost connection ends every channel
 * (`closed` settles), also when the library underneath forgets to say so.
 */
export interface Transport {
  /** The address and port that this controller really reached. */
  readonly peer: { readonly address: string; readonly port: number };
  /** What the host has let us in by, in this order; undefined where that cannot be told. */
  readonly loggedInBy?: readonly LoginStep[];
  /** Opens a channel that runs `command` through the host's login shell. */
  open(command: string, options?: ChannelOptions): Promise<RemoteProcess>;
  /** Milliseconds until the host's server has answered; undefined where that cannot be told. */
  roundTrip(): Promise<number | undefined>;
  /** Ends the connection; resolves when it is down. Never rejects. */
  close(): Promise<void>;
  /** Resolves when the connection is gone, with the reason when it was not asked for. */
  readonly closed: Promise<Error | undefined>;
}

/** One method that a host was content with. */
export interface LoginStep {
  readonly method: 'publickey' | 'keyboard-interactive' | 'password' | 'gssapi-with-mic' | 'hostbased';
  /** Of a key: how people know it, and its public half. */
  readonly name?: string;
  readonly key?: { getPublicSSH(): Buffer };
}

export interface ChannelOptions {
  /**
   * The command gets a terminal of its own (pty): its standard error then comes with its standard output, and the terminal is
   * as the host makes it, with echo and line editing until the command turns them off. Default false.
   */
  readonly terminal?: boolean;
}

export interface RemoteProcess {
  /** Standard input and output. */
  readonly io: Duplex;
  readonly stderr: Readable;
  /** Resolves when the connection has room for more; undefined when it has. */
  readonly room: () => Promise<void> | undefined;
  /**
   * Lets no more than so many bytes be under way to the process. To be called while none are.
   *
   * @returns puts an end to that; undefined where there is nothing to put an end to.
   */
  readonly holdBack?: (bytes: number) => (() => void) | undefined;
  /** Resolves with the exit status, or undefined when the channel ended without one. */
  readonly exited: Promise<number | undefined>;
}
