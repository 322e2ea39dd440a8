import type { Socket } from 'node:net';
import type { Client, ClientChannel } from 'ssh2';

/**
 * What is used of ssh2 that is not its public interface. Its version is pinned, and each use has a test that notices when
 * a version differs.
 */
export interface Internals {
  readonly _sock?: Socket;
  readonly _protocol?: Protocol;
  /** Who waits for the answers to global requests, in order. */
  readonly _callbacks?: (() => void)[];
}

interface Protocol {
  /** Asks for a service, such as that of logging in. */
  service?: (name: string) => void;
  readonly _handlers?: {
    SERVICE_ACCEPT?: (protocol: unknown, name: string) => void;
    GLOBAL_REQUEST?: (protocol: unknown, name: string, wantReply: boolean, data: unknown) => void;
    /** The host grants `amount` more bytes to the channel `recipient`. */
    CHANNEL_WINDOW_ADJUST?: (protocol: unknown, recipient: number, amount: number) => void;
    USERAUTH_FAILURE?: (protocol: unknown, methods: readonly string[], partial: boolean) => void;
  };
  /** What came before the server's version. */
  readonly _buffer?: unknown;
  /** What encrypts packets by now. */
  readonly _cipher?: object;
  /** Makes the packets that go out; another one after each key exchange. */
  readonly _packetRW?: { readonly write?: { alloc?: PacketAlloc } };
  /** Set while keys are exchanged: then packets are laid out otherwise, and wait. */
  readonly _kexinit?: unknown;
  /** Asks for a sign of life, as keepalive does. */
  ping?: () => void;
  /** The key exchange that is under way, or was the last. */
  readonly _kex?: { readonly type?: string };
  /** Asks for a login with a public key; with `sign` it is proven at once. */
  authPK?: (user: string, key: unknown, algorithm: string | undefined, sign?: Signer) => void;
}

/** Signs `data` and hands the signature on. */
type Signer = (data: Buffer, done: (signature: Buffer) => void) => void;

/** What ssh2 keeps to itself of a client. */
export function internalsOf(client: Client): Internals {
  return client as unknown as Internals;
}

/** What the host still takes of a channel, and by which number it is known here. */
export interface ChannelWindow {
  readonly incoming?: { readonly id?: number };
  readonly outgoing?: { window?: number };
}

/** What ssh2 keeps to itself of a channel. */
export function windowOf(channel: ClientChannel): ChannelWindow {
  return channel as unknown as ChannelWindow;
}

/** Makes a packet: length and padding length, room for the payload, random padding, room for the code of integrity. */
export type PacketAlloc = (payload: number, force?: boolean) => Buffer;
