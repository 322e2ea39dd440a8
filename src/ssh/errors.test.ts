import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { connect } from './connect.ts';
import { ConnectionError } from './errors.ts';

test('what accepts connections and ends them at once is told so, with what to look for', async () => {
  const server = createServer((socket) => socket.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const failed = await connect({
    address: '127.0.0.1',
    port,
    user: 'root',
    login: { identities: [] },
    hostKeys: { knownTypes: [], check: () => ({ trusted: true }) },
    timeout: 5000,
    keepalive: 0,
  }).catch((error: unknown) => error);
  server.close();
  expect(failed).toBeInstanceOf(ConnectionError);
  expect((failed as ConnectionError).failure).toMatchObject({
    kind: 'unreachable',
    message: `127.0.0.1:${port} closed the connection before the login was done`,
    hint: expect.stringMatching(/SSH server.*MaxStartups/),
  });
});
