import type { Client } from 'ssh2';
import { internalsOf } from './ssh2-internals.ts';

/** OpenSSH's announcement of all keys that a host has (PROTOCOL file of OpenSSH, section 2.5); it wants no reply. */
const ANNOUNCEMENT = 'hostkeys-00@openssh.com';

/**
 * Passes over the keys that a host announces after login. ssh2 would have it prove each of them at once, for a listener
 * that there is none of: 5 ms of signing on the host and as much here, RSA among it. The key that the host has logged in
 * with is proven and checked before.
 *
 * @returns whether ssh2 was found as expected.
 */
export function ignoreAnnouncedKeys(client: Client): boolean {
  const handlers = internalsOf(client)._protocol?._handlers;
  const handle = handlers?.GLOBAL_REQUEST;
  if (handlers === undefined || handle === undefined) return false;
  handlers.GLOBAL_REQUEST = (protocol, name, wantReply, data) => {
    if (name !== ANNOUNCEMENT || wantReply) handle(protocol, name, wantReply, data);
  };
  return true;
}
