import { PassThrough } from 'node:stream';
import { Client } from 'ssh2';
import { expect, test } from 'vitest';
import { ignoreAnnouncedKeys } from './announced-keys.ts';

interface Internals {
  readonly _callbacks: readonly unknown[];
  readonly _protocol: {
    readonly _handlers: Record<string, (...args: unknown[]) => void>;
    requestFailure: () => void;
  };
}

test('announced host keys are not asked to be proven; other requests are answered as before', () => {
  const client = new Client();
  client.on('error', () => {});
  client.connect({ sock: new PassThrough() as never, username: 'root', password: 'x' });
  expect(ignoreAnnouncedKeys(client)).toBe(true);
  const { _protocol: protocol, _callbacks: waiting } = client as unknown as Internals;
  let refused = 0;
  protocol.requestFailure = () => {
    refused += 1;
  };
  protocol._handlers.GLOBAL_REQUEST?.(protocol, 'hostkeys-00@openssh.com', false, []);
  expect(waiting).toHaveLength(0);
  protocol._handlers.GLOBAL_REQUEST?.(protocol, 'keepalive@openssh.com', true, undefined);
  expect(refused).toBe(1);
  client.destroy();
});

test('before there is a connection there is nothing to pass over', () => {
  expect(ignoreAnnouncedKeys(new Client())).toBe(false);
});
