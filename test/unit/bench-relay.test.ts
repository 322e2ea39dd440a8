import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { DelayLine } from '../../bench/relay/delay-line.ts';
import { joinOverLink } from '../../bench/relay/link.ts';
import { type Relay, startRelay } from '../../bench/relay/start-relay.ts';

/** No test says how long something may take at most: only that it took as long as it must. */
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function start(port: number, roundTrip: number, window?: number): Promise<Relay> {
  const relay = await startRelay([{ name: 'far', address: '127.0.0.1', port }], roundTrip, window);
  ends.push(() => relay.stop());
  return relay;
}

async function relayTo(port: number, roundTrip: number, window?: number): Promise<Socket> {
  return connect((await start(port, roundTrip, window)).endpoints[0]!.port);
}

async function connect(port: number): Promise<Socket> {
  const socket = createConnection({ host: '127.0.0.1', port, allowHalfOpen: true });
  ends.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Until the other side has nothing more to say. The socket can still be written to. */
async function read(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}

test('a delay line keeps the order and delivers nothing early', async () => {
  const got: { readonly thing: number; readonly after: number }[] = [];
  const started = performance.now();
  await new Promise<void>((resolve) => {
    const line = new DelayLine<number>(30, (thing) => {
      got.push({ thing, after: performance.now() - started });
      if (thing === 99) resolve();
    });
    for (let thing = 0; thing < 100; thing += 1) line.put(thing);
  });
  expect(got.map(({ thing }) => thing)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(Math.min(...got.map(({ after }) => after))).toBeGreaterThanOrEqual(30);
});

test('nothing overtakes what set out later than it was put in', async () => {
  const got: string[] = [];
  await new Promise<void>((resolve) => {
    const line = new DelayLine<string>(1, (thing) => {
      got.push(thing);
      if (got.length === 2) resolve();
    });
    line.put('handshake', performance.now() + 20);
    line.put('bytes');
  });
  expect(got).toEqual(['handshake', 'bytes']);
});

test('a delay line of no length hands over at once', () => {
  const got: number[] = [];
  const line = new DelayLine<number>(0, (thing) => got.push(thing));
  line.put(1);
  expect(got).toEqual([1]);
});

test('a delay line that was cleared delivers nothing', async () => {
  const got: number[] = [];
  const line = new DelayLine<number>(5, (thing) => got.push(thing));
  line.put(1);
  line.clear();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(got).toEqual([]);
});

test('an answer takes the handshake and its own round trip at least', async () => {
  const port = await listen((socket) => socket.pipe(socket));
  const started = performance.now();
  const socket = await relayTo(port, 60);
  socket.write('ping');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toBe('ping');
  expect(performance.now() - started).toBeGreaterThanOrEqual(120);
  const again = performance.now();
  socket.write('pong');
  await once(socket, 'data');
  expect(performance.now() - again).toBeGreaterThanOrEqual(60);
});

test.each([undefined, 64 * 1024])(
  'bytes arrive whole and in order, both ways (window %s)',
  async (window) => {
    const up = randomBytes(3_000_000);
    const down = randomBytes(2_000_000);
    let received: Promise<Buffer> | undefined;
    const port = await listen((socket) => {
      received = read(socket);
      socket.end(down);
    });
    const socket = await relayTo(port, 4, window);
    socket.end(up);
    const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    expect(hash(await read(socket))).toBe(hash(down));
    expect(hash(await received!)).toBe(hash(up));
  },
);

test('round trips are counted by who waited for whom', async () => {
  const port = await listen((socket) => {
    socket.write('banner');
    socket.on('data', (bytes: Buffer) => socket.write(bytes));
  });
  const relay = await start(port, 20);
  const trips = relay.nextTrips();
  const socket = await connect(relay.endpoints[0]!.port);
  // Both speak at once: with TCP's handshake that is the second trip.
  socket.write('ident');
  let heard = '';
  socket.on('data', (bytes: Buffer) => {
    heard += bytes;
  });
  const hear = async (text: string): Promise<void> => {
    while (!heard.includes(text)) await once(socket, 'data');
  };
  await hear('ident');
  socket.write('one ');
  socket.write('request');
  await hear('one request');
  socket.write('another');
  await hear('another');
  socket.destroy();
  expect(await trips).toBe(4);
});

test('a side that has nothing more to say can still listen', async () => {
  const port = await listen((socket) => {
    void read(socket).then((bytes) => socket.end(`got ${bytes.length}`));
  });
  const socket = await relayTo(port, 10);
  socket.end('four');
  expect(String(await read(socket))).toBe('got 4');
});

test('where nobody listens the connection is ended', async () => {
  const nobody = createServer();
  await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
  const { port } = nobody.address() as AddressInfo;
  nobody.close();
  const entry = await listen((near) =>
    joinOverLink(near, { address: '127.0.0.1', port, roundTrip: 2, window: Number.POSITIVE_INFINITY }),
  );
  const socket = await connect(entry);
  expect(await read(socket)).toHaveLength(0);
});
