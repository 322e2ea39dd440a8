import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, connect as dial, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection } from 'ssh2';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { Bastion } from './bastion.ts';
import { type ConnectTarget, connect } from './connect.ts';
import { ConnectionError } from './errors.ts';
import { KeyRing } from './keys.ts';

const directory = mkdtempSync(join(tmpdir(), 'bastion-'));
afterAll(() => rmSync(directory, { recursive: true }));
const keyFile = join(directory, 'key');
execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile]);
const hostKey = readFileSync(keyFile, 'utf8');
const loaded = new KeyRing().load(keyFile);
if (!loaded.ok) throw new Error(loaded.message);
const { key } = loaded;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  vi.restoreAllMocks();
});

interface Server {
  readonly port: number;
  /** Connections so far. */
  readonly connections: Connection[];
  /** Handshakes and logins at the same time, at most. */
  mostLogins: number;
  /** Nobody is let in any more, and who is in is out. */
  stop(): Promise<void>;
}

/** A server that lets everybody in, unless told otherwise, and connects others to where they want. */
async function serve(letsIn: () => boolean = () => true, on = 0): Promise<Server> {
  const connections: Connection[] = [];
  let logins = 0;
  const told = { port: on, connections, mostLogins: 0, stop };
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    connections.push(client);
    logins += 1;
    told.mostLogins = Math.max(told.mostLogins, logins);
    client.on('error', () => {});
    client.on('authentication', (login) => {
      // Long enough for others to come.
      setTimeout(() => (letsIn() ? login.accept() : login.reject(['publickey'])), 20);
    });
    client.on('ready', () => {
      logins -= 1;
    });
    client.on('tcpip', (accept, reject, { destIP, destPort }) => {
      const socket = dial(destPort, destIP);
      socket.once('error', () => reject());
      socket.once('connect', () => {
        const channel = accept();
        socket.pipe(channel).pipe(socket);
        socket.on('error', () => channel.close());
        channel.on('error', () => socket.destroy());
        channel.once('close', () => socket.destroy());
      });
    });
  });
  await new Promise<void>((resolve) => void server.listen(on, '127.0.0.1', resolve));
  told.port = (server.address() as AddressInfo).port;
  function stop(): Promise<void> {
    for (const client of connections) client.end();
    return new Promise((resolve) => void server.close(() => resolve()));
  }
  closing.push(async () => void stop());
  return told;
}

function target(port: number, via?: Bastion): ConnectTarget {
  return {
    address: '127.0.0.1',
    port,
    user: 'ops',
    login: { identities: [{ kind: 'ready', name: 'key', key }] },
    hostKeys: { knownTypes: [], check: () => ({ trusted: true }) },
    timeout: 20_000,
    keepalive: 10_000,
    ...(via === undefined ? {} : { via }),
  };
}

function bastion(port: number, via?: Bastion): Bastion {
  const made = new Bastion(target(port, via));
  closing.push(() => made.close());
  return made;
}

async function failure(connecting: Promise<unknown>): Promise<string> {
  const error = await connecting.catch((thrown: unknown) => thrown);
  if (!(error instanceof ConnectionError)) throw new Error(`it did not fail: ${String(error)}`);
  return `${error.failure.kind}: ${error.failure.message}`;
}

test('all hosts share one connection, and eight log in at the same time', async () => {
  const [gate, host] = [await serve(), await serve()];
  const via = bastion(gate.port);
  const transports = await Promise.all(Array.from({ length: 30 }, () => connect(target(host.port, via))));
  expect(gate.connections).toHaveLength(1);
  expect(host.connections).toHaveLength(30);
  expect(host.mostLogins).toBeLessThanOrEqual(8);
  expect(host.mostLogins).toBeGreaterThan(1);
  for (const transport of transports) await transport.close();
});

test('nothing waits on the way for an acknowledgement', async () => {
  const noDelay = vi.spyOn(Socket.prototype, 'setNoDelay');
  const [gate, inner, host] = [await serve(), await serve(), await serve()];
  const transport = await connect(target(host.port, bastion(inner.port, bastion(gate.port))));
  expect(noDelay).toHaveBeenCalledWith(true);
  expect(await transport.roundTrip()).toBeGreaterThan(0);
  await transport.close();
});

test('a refused login is not tried again for the next host', async () => {
  const gate = await serve(() => false);
  const via = bastion(gate.port);
  const [one, two] = await Promise.all([failure(connect(target(1, via))), failure(connect(target(1, via)))]);
  expect(one).toMatch(/^login-refused: the bastion ops@127.0.0.1:\d+: /);
  expect(two).toBe(one);
  expect(await failure(connect(target(1, via)))).toBe(one);
  expect(gate.connections).toHaveLength(1);
});

test('a connection that broke is opened again for the hosts to come, not for ever', async () => {
  const [gate, host] = [await serve(), await serve()];
  const via = bastion(gate.port);
  for (let losses = 0; losses < 4; losses += 1) {
    const transport = await connect(target(host.port, via));
    expect(gate.connections).toHaveLength(losses + 1);
    gate.connections.at(-1)?.end();
    expect((await transport.closed)?.message).toMatch(/^the bastion ops@127.0.0.1:\d+ is gone/);
  }
  expect(await failure(connect(target(host.port, via)))).toMatch(/^lost: the bastion .* is gone/);
  expect(gate.connections).toHaveLength(4);
});

/** Has time go on. */
function later(milliseconds: number): void {
  const now = performance.now() + milliseconds;
  vi.spyOn(performance, 'now').mockReturnValue(now);
}

test('one that is gone for a while is tried again, with pauses, until it is back', async () => {
  const [gate, host] = [await serve(), await serve()];
  const via = bastion(gate.port);
  const transport = await connect(target(host.port, via));
  await gate.stop();
  await transport.closed;
  for (let tries = 0; tries < 5; tries += 1) {
    expect(await failure(connect(target(host.port, via)))).toMatch(/^unreachable: the bastion /);
    later(5_000);
  }
  const again = await serve(undefined, gate.port);
  await (await connect(target(host.port, via))).close();
  expect(again.connections).toHaveLength(1);
});

test('one that never answered is tried once more after a pause, not for each host', async () => {
  let tries = 0;
  const server = createServer((socket) => {
    tries += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => void server.close());
  const via = bastion((server.address() as AddressInfo).port);
  const fleet = async (): Promise<void> => {
    await Promise.all(Array.from({ length: 1000 }, () => failure(connect(target(1, via)))));
  };
  later(0);
  await fleet();
  await fleet();
  expect(tries).toBe(1);
  for (let times = 0; times < 3; times += 1) {
    later(60_000);
    await fleet();
    expect(tries).toBe(2);
  }
});

test('a bastion behind another one that is gone ends with it', async () => {
  const [gate, inner, host] = [await serve(), await serve(), await serve()];
  const transport = await connect(target(host.port, bastion(inner.port, bastion(gate.port))));
  gate.connections[0]?.end();
  const reason = (await transport.closed)?.message;
  expect(reason).toContain(`the bastion ops@127.0.0.1:${inner.port} is gone`);
  expect(reason).toContain(`the bastion ops@127.0.0.1:${gate.port} is gone`);
});

test('what nobody listens at behind it is told, and others are reached', async () => {
  const [gate, host] = [await serve(), await serve()];
  const via = bastion(gate.port);
  expect(await failure(connect(target(1, via)))).toMatch(/^unreachable: .*127.0.0.1:1/);
  await (await connect(target(host.port, via))).close();
});
