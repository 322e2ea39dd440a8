import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import ssh2 from 'ssh2';
import { afterEach, describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../algorithms.ts';
import { reusePacketMemory } from './packet-memory.ts';

const { Client, Server, utils } = ssh2;
/** ssh2 does without its native part, as after an update of Node; it encrypts into other buffers then. */
const { bindingAvailable } = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js') as {
  readonly bindingAvailable: boolean;
};
const hostKey = utils.generateKeyPairSync('ed25519').private;
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server that says which SHA-256 its command's input has, and exchanges keys anew after each megabyte. */
async function hashingServer(): Promise<number> {
  const server = new Server({ hostKeys: [hostKey] }, (connection) => {
    connection.on('error', () => {});
    connection.on('authentication', (attempt) => attempt.accept());
    connection.on('session', (accept) =>
      accept().on('exec', (acceptExec) => {
        const channel = acceptExec();
        const hash = createHash('sha256');
        let taken = 0;
        channel.on('data', (chunk: Buffer) => {
          hash.update(chunk);
          if ((taken + chunk.length) >> 20 > taken >> 20) connection.rekey();
          taken += chunk.length;
        });
        channel.on('end', () => {
          channel.write(hash.digest('hex'));
          channel.exit(0);
          channel.end();
        });
      }),
    );
  });
  ends.push(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

describe.each(ALGORITHMS.cipher)('with %s', (cipher) => {
  test('every byte arrives, through key exchanges, and packets share memory', async () => {
    const client = new Client();
    ends.push(() => client.destroy());
    const ready = once(client, 'ready');
    const port = await hashingServer();
    client.connect({
      host: '127.0.0.1',
      port,
      username: 'root',
      password: 'x',
      algorithms: { ...ALGORITHMS, cipher: [cipher] },
    });
    const socket = (client as unknown as { _sock: { write: (data: Buffer) => boolean } })._sock;
    const memory = new Set<ArrayBufferLike>();
    let packets = 0;
    const write = socket.write.bind(socket);
    socket.write = (data, ...rest) => {
      if (data.length > 30_000) memory.add(data.buffer);
      if (data.length > 30_000) packets += 1;
      return write(data, ...rest);
    };
    expect(reusePacketMemory(client)).toBe(true);
    await ready;
    const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
      client.exec('hash', (error, opened) => (error === undefined ? resolve(opened) : reject(error)));
    });
    const said = channel.setEncoding('utf8').toArray();
    const hash = createHash('sha256');
    for (let round = 0; round < 24; round += 1) {
      const chunk = randomBytes(round % 3 === 0 ? 262_144 : 200_003);
      hash.update(chunk);
      await new Promise<void>((resolve) => channel.write(chunk, () => resolve()));
    }
    channel.end();
    expect((await said).join('')).toBe(hash.digest('hex'));
    expect(packets).toBeGreaterThan(100);
    if (bindingAvailable && cipher.includes('gcm')) expect(memory.size).toBeLessThan(packets / 2);
  });
});

test('before there is a connection nothing is changed', () => {
  expect(reusePacketMemory(new Client())).toBe(false);
});

test('a connection over something else than a socket is found as expected, too', () => {
  const client = new Client();
  client.on('error', () => {});
  client.connect({ sock: new PassThrough() as never, username: 'root', password: 'x' });
  expect(reusePacketMemory(client)).toBe(true);
  client.destroy();
});
