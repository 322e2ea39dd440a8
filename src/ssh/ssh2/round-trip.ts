import type { Client } from 'ssh2';
import { internalsOf } from './ssh2-internals.ts';

/**
 * Asks the host's SSH server for a sign of life, as keepalive does. No process of the host has a part in it, so that the
 * time is the link's as far as the machines at both ends are not busy.
 *
 * @returns milliseconds until the answer; undefined when ssh2 is not found as expected. Stays pending when the connection
 * breaks.
 */
export async function measureRoundTrip(client: Client): Promise<number | undefined> {
  const { _callbacks: waiting, _protocol: protocol } = internalsOf(client);
  if (waiting === undefined || protocol?.ping === undefined) return undefined;
  const asked = performance.now();
  await new Promise<void>((resolve) => {
    waiting.push(resolve);
    protocol.ping?.();
  });
  return performance.now() - asked;
}
