import { Client, type ClientChannel, type ConnectConfig, type ParsedKey } from 'ssh2';
import { ALGORITHMS, HOST_KEY_TYPES } from './algorithms.ts';
import { ignoreAnnouncedKeys } from './announced-keys.ts';
import { ConnectionError, type ConnectionFailure, explainConnectError, lackOf } from './errors.ts';
import type { HostKeyCheck } from './host-key-check.ts';
import { reusePacketMemory } from './packet-memory.ts';
import type { Become } from './privilege/become.ts';
import { signAtOnce } from './prompt-login.ts';
import { quickenExchange } from './quick-exchange.ts';
import { quickenVerification } from './quick-verification.ts';
import { roomOn } from './room.ts';
import { measureRoundTrip } from './round-trip.ts';
import { internalsOf } from './ssh2-internals.ts';
import type { ChannelOptions, RemoteProcess, Transport } from './transport.ts';
import { writeTogether } from './write-together.ts';

export interface ConnectTarget {
  /** Name or address. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Parsed private keys, tried in order. */
  readonly keys: readonly ParsedKey[];
  /** Path of an agent's socket, tried after the keys. */
  readonly agent?: string;
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
  const where = `${target.address}:${target.port}`;
  const closed = trackClose(client);
  let refusal: ConnectionFailure | undefined;
  const known = target.hostKeys.knownTypes;
  const config: ConnectConfig = {
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
      refusal = { kind: 'host-key', message, ...(hint === undefined ? {} : { hint }) };
      return false;
    },
    authHandler: authMethods(target) as NonNullable<ConnectConfig['authHandler']>,
  };
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error): void => {
      client.end();
      if (refusal !== undefined) {
        reject(new ConnectionError(refusal));
        return;
      }
      reject(new ConnectionError(explainConnectError(error, where, target.user), lackOf(error)));
    };
    const closedEarly = (): void => failed(new Error('the connection was closed during the handshake'));
    client.once('error', failed).once('close', closedEarly);
    client.once('ready', () => {
      // What ends a connection later is told by `closed`.
      client.off('error', failed).off('close', closedEarly);
      resolve();
    });
    client.connect(config);
    ignoreAnnouncedKeys(client);
    reusePacketMemory(client);
    writeTogether(client);
    const [first] = target.keys;
    if (first !== undefined) signAtOnce(client, first);
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

function authMethods(target: ConnectTarget): unknown[] {
  const methods: unknown[] = target.keys.map((key) => ({ type: 'publickey', username: target.user, key }));
  if (target.agent !== undefined) {
    methods.push({ type: 'agent', username: target.user, agent: target.agent });
  }
  return methods;
}

function trackClose(client: Client): Promise<Error | undefined> {
  let cause: Error | undefined;
  client.on('error', (error) => {
    cause ??= error;
  });
  return new Promise((resolve) => {
    client.once('close', () => resolve(cause));
  });
}

async function openChannel(
  client: Client,
  command: string,
  closed: Promise<Error | undefined>,
  room: RemoteProcess['room'],
  { terminal = false }: ChannelOptions = {},
): Promise<RemoteProcess> {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    let opened = false;
    void closed.then((cause) => {
      if (opened) return;
      const message = `the connection broke: ${cause?.message ?? 'closed'}`;
      reject(new ConnectionError({ kind: 'lost', message }));
    });
    client.exec(command, terminal ? { pty: true } : {}, (error, channel) => {
      opened = true;
      if (error === undefined) resolve(channel);
      else reject(error);
    });
  });
  // Writing into a channel whose far end is gone is reported by `exited`, not by an uncaught error.
  channel.on('error', () => {});
  const exited = new Promise<number | undefined>((resolve) => {
    channel.once('exit', (code: number | null) => resolve(code ?? undefined));
    channel.once('close', () => resolve(undefined));
    void closed.then(() => resolve(undefined));
  });
  return { io: channel, stderr: channel.stderr, room, exited };
}
