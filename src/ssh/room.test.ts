import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { roomOn } from './room.ts';

const server = createServer({ pauseOnConnect: true });
const sockets: Socket[] = [];
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** Both ends of a connection; the far one reads nothing yet. */
async function pair(): Promise<readonly [near: Socket, far: Socket]> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  const accepted = once(server, 'connection');
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  near.on('error', () => {});
  const [far] = (await accepted) as [Socket];
  sockets.push(near, far);
  return [near, far];
}

/** Sends until there is no room, and resolves with what waits for it. */
async function fill(socket: Socket): Promise<{ readonly room: Promise<void> }> {
  const room = roomOn(socket);
  const chunk = Buffer.alloc(256 * 1024);
  for (let sent = 0; sent < 400; sent += 1) {
    socket.write(chunk);
    const waiting = room();
    if (waiting !== undefined) return { room: waiting };
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('there was always room');
}

test('waits while nobody reads, and no longer', async () => {
  const [near, far] = await pair();
  expect(roomOn(near)()).toBeUndefined();
  const { room } = await fill(near);
  expect(near.writableLength).toBeLessThan(2 * 1024 * 1024);
  far.resume();
  await room;
  expect(roomOn(near)()).toBeUndefined();
});

test('a connection that is gone keeps nobody waiting', async () => {
  const [near] = await pair();
  const { room } = await fill(near);
  near.destroy();
  await room;
  expect(roomOn(near)()).toBeUndefined();
});
