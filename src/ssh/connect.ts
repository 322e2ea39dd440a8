import type { Duplex } from 'node:stream';
import { Client, type ConnectConfig } from 'ssh2';
import { ALGORITHMS, HOST_KEY_TYPES } from './algorithms.ts';
import type { ConnectionFailure } from './errors.ts';
import { type ForwardOptions, openForward } from './forward.ts';
import { distrust, type HostKeyCheck } from './host-keys/host-key-check.ts';
import { logIn } from './login/log-in.ts';
import type { Login } from './login/login.ts';
import { openChannel } from './open-channel.ts';
import type { Become } from './privilege/become.ts';
import { roomOn } from './room.ts';
import { ignoreAnnouncedKeys } from './ssh2/announced-keys.ts';
import { endConnection } from './ssh2/end-connection.ts';
import { reusePacketMemory } from './ssh2/packet-memory.ts';
import { quickenExchange } from './ssh2/quick-exchange.ts';
import { quickenVerification } from './ssh2/quick-verification.ts';
import { measureRoundTrip } from './ssh2/round-trip.ts';
import { internalsOf } from './ssh2/ssh2-internals.ts';
import { writeTogether } from './ssh2/write-together.ts';
import type { OpenSshSettings } from './system/settings.ts';
import type { Transport } from './transport.ts';
import type { Way } from './way.ts';

export interface ConnectTarget {
  /** Name or address. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** With what to log in. */
  readonly login: Login;
  readonly hostKeys: HostKeyCheck;
  /** Set to connect by the system's ssh (`connectBySsh`), which proves host keys by itself. */
  readonly openSsh?: OpenSshSettings;
  /** Milliseconds for TCP, handshake and login together. */
  readonly timeout: number;
  /** Milliseconds between keepalives. */
  readonly keepalive: number;
  /** Keepalives without an answer until the host counts as lost. Default 3. */
  readonly keepaliveCount?: number;
  /** Only this version of IP. Default: what the name has. */
  readonly family?: 4 | 6;
  /** Over which other host. Default: directly. */
  readonly via?: Way;
  /** How other users are become there. Default: by sudo, without a password. */
  readonly become?: Become;
}

/** A connection of ssh2's. */
export interface Ssh2Transport extends Transport {
  /** Opens a stream from the host to another one, which waits for it. */
  forward(options: Omit<ForwardOptions, 'closed'>): Promise<Duplex>;
  /** Resolves when the connection has room for more bytes; undefined when it has. */
  room(): Promise<void> | undefined;
}

/**
 * Connects and logs in over ssh2.
 *
 * @param urgent a host waits for it that may be shut off: it goes before other logins on the same way.
 * @throws ConnectionError with the cause in words.
 */
export function connect(target: ConnectTarget, urgent?: boolean): Promise<Ssh2Transport> {
  const { via, address, port, timeout } = target;
  if (via === undefined) return connectOver(target, undefined);
  const login = (stream: Duplex, left: number): Promise<Ssh2Transport> =>
    connectOver({ ...target, timeout: left }, stream);
  return via.through(address, port, timeout, login, urgent);
}

async function connectOver(target: ConnectTarget, sock: Duplex | undefined): Promise<Ssh2Transport> {
  const { via } = target;
  const client = new Client();
  const closed = trackClose(client).then((cause) => cause ?? lostOn(via));
  let distrusted: ConnectionFailure | undefined;
  const known = target.hostKeys.knownTypes;
  const loggedInBy = await logIn({
    client,
    login: target.login,
    user: target.user,
    where: `${target.address}:${target.port}${via === undefined ? '' : ` (through ${via.name})`}`,
    distrusted: () => distrusted,
    config: {
      host: target.address,
      port: target.port,
      ...(sock === undefined ? {} : { sock: sock as NonNullable<ConnectConfig['sock']> }),
      ...(target.family === undefined
        ? {}
        : { forceIPv4: target.family === 4, forceIPv6: target.family === 6 }),
      username: target.user,
      readyTimeout: target.timeout,
      timeout: target.timeout,
      keepaliveInterval: target.keepalive,
      keepaliveCountMax: target.keepaliveCount ?? 3,
      algorithms: { ...ALGORITHMS, serverHostKey: [...(known.length > 0 ? known : HOST_KEY_TYPES)] as never },
      // ssh2 calls this again at every rekey, and lets everything in that is not strictly `false`.
      hostVerifier: (key: Buffer): boolean => {
        quickenExchange(client);
        quickenVerification();
        distrusted = distrust(target.hostKeys, key);
        return distrusted === undefined;
      },
    },
    connecting: () => {
      ignoreAnnouncedKeys(client);
      reusePacketMemory(client);
      writeTogether(client);
    },
  });
  // Without this a small write waits for the acknowledgement of the one before it: 50 ms a round trip.
  client.setNoDelay(true);
  const socket = internalsOf(client)._sock;
  const own = socket === undefined ? () => undefined : roomOn(socket);
  // What goes over another connection must not fill that one either.
  const room = via === undefined ? own : () => own() ?? via.room();
  return {
    loggedInBy,
    forward: (options) => openForward(client, { ...options, closed }),
    room,
    peer: { address: socket?.remoteAddress ?? target.address, port: socket?.remotePort ?? target.port },
    open: (command, options) => openChannel(client, command, closed, room, options),
    roundTrip: () => Promise.race([measureRoundTrip(client), closed.then(() => undefined)]),
    close: async () => {
      await endConnection(client);
      await closed;
    },
    closed,
  };
}

/** Why a connection is gone whose own stream only ended: what it went over may be gone. */
async function lostOn(via: Way | undefined): Promise<Error | undefined> {
  if (via === undefined) return undefined;
  // That tells so in the same moment.
  await new Promise((resolve) => setImmediate(resolve));
  return via.lost();
}

function trackClose(client: Client): Promise<Error | undefined> {
  let cause: Error | undefined;
  client.on('error', (error: Error & { level?: string }) => {
    // A key that an agent does not sign with ends nothing.
    if (error.level !== 'agent') cause ??= error;
  });
  return new Promise((resolve) => {
    client.once('close', () => resolve(cause));
  });
}
