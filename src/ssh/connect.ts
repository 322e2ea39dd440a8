import { Client } from 'ssh2';
import { ALGORITHMS, HOST_KEY_TYPES } from './algorithms.ts';
import { ignoreAnnouncedKeys } from './announced-keys.ts';
import type { ConnectionFailure } from './errors.ts';
import type { HostKeyCheck } from './host-key-check.ts';
import { logIn } from './login/log-in.ts';
import type { Login } from './login/login.ts';
import { openChannel } from './open-channel.ts';
import { reusePacketMemory } from './packet-memory.ts';
import type { Become } from './privilege/become.ts';
import { quickenExchange } from './quick-exchange.ts';
import { quickenVerification } from './quick-verification.ts';
import { roomOn } from './room.ts';
import { measureRoundTrip } from './round-trip.ts';
import { internalsOf } from './ssh2-internals.ts';
import type { Transport } from './transport.ts';
import { writeTogether } from './write-together.ts';

export interface ConnectTarget {
  /** Name or address. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** With what to log in. */
  readonly login: Login;
  readonly hostKeys: HostKeyCheck;
  /** Milliseconds for TCP, handshake and login together. */
  readonly timeout: number;
  /** Milliseconds between keepalives; after three without an answer the host counts as lost. */
  readonly keepalive: number;
  /** How other users are become there. Default: by sudo, without a password. */
  readonly become?: Become;
}

/**
 * Connects and logs in over ssh2.
 *
 * @throws ConnectionError with the cause in words.
 */
export async function connect(target: ConnectTarget): Promise<Transport> {
  const client = new Client();
  const closed = trackClose(client);
  let distrusted: ConnectionFailure | undefined;
  const known = target.hostKeys.knownTypes;
  await logIn({
    client,
    login: target.login,
    user: target.user,
    where: `${target.address}:${target.port}`,
    distrusted: () => distrusted,
    config: {
      host: target.address,
      port: target.port,
      username: target.user,
      readyTimeout: target.timeout,
      timeout: target.timeout,
      keepaliveInterval: target.keepalive,
      keepaliveCountMax: 3,
      algorithms: { ...ALGORITHMS, serverHostKey: [...(known.length > 0 ? known : HOST_KEY_TYPES)] as never },
      // ssh2 calls this again at every rekey, and lets everything in that is not strictly `false`.
      hostVerifier: (key: Buffer): boolean => {
        quickenExchange(client);
        quickenVerification();
        const verdict = target.hostKeys.check(key);
        if (verdict.trusted) return true;
        const { message, hint } = verdict;
        distrusted = { kind: 'host-key', message, ...(hint === undefined ? {} : { hint }) };
        return false;
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
  const room = socket === undefined ? () => undefined : roomOn(socket);
  return {
    peer: { address: socket?.remoteAddress ?? target.address, port: socket?.remotePort ?? target.port },
    open: (command, options) => openChannel(client, command, closed, room, options),
    roundTrip: () => Promise.race([measureRoundTrip(client), closed.then(() => undefined)]),
    close: async () => {
      client.end();
      const dead = setTimeout(() => client.destroy(), 2_000);
      await closed;
      clearTimeout(dead);
    },
    closed,
  };
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
