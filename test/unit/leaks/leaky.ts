import { spawn, spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest';

/** Each test but the last two leaves what its title says; the file itself leaves a server. */
const server = createServer((socket) => socket.resume());
server.listen(0);
const { port } = server.address() as { port: number };

test('timer', () => {
  setTimeout(() => undefined, 60_000).unref();
});
test('timer that goes off soon', () => {
  setTimeout(() => undefined, 20);
});
test('sleep', () => {
  void sleep(60_000, undefined, { ref: false });
});
test('socket', async () => {
  await new Promise<void>((resolve) => connect(port, '127.0.0.1', resolve));
});
test('child', () => {
  spawn('sleep', ['60'], { stdio: 'ignore' });
});
test('orphan', () => {
  spawnSync('sh', ['-c', 'sleep 61 &'], { stdio: 'ignore' });
});
test('file', () => {
  openSync(import.meta.filename, 'r');
});

describe('nothing', () => {
  let timer: NodeJS.Timeout;
  beforeAll(() => {
    timer = setTimeout(() => undefined, 60_000);
  });
  afterAll(() => clearTimeout(timer));

  test('nothing that is not there before', () => undefined);
  test('nothing that is not closed in the end', async () => {
    const child = spawn('sleep', ['62'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill());
    const late = setTimeout(() => undefined, 60_000);
    setImmediate(() => clearTimeout(late));
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.destroy());
      socket.once('close', () => resolve());
    });
  });
});
