import type { Client, ParsedKey } from 'ssh2';
import { internalsOf } from './ssh2/ssh2-internals.ts';

/** What an RSA key signs a hash of, by the name of the signature's algorithm (RFC 8332). */
const DIGESTS: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };

/**
 * Begins to log in behind the request to be let do so, and does not wait until the server has accepted that (RFC 4253, section
 * 10): it takes messages in order, and ends the connection where it does not. ssh2 waits for a round trip.
 *
 * @param key the one that is tried first. What RSA keys sign by the server says before it accepts (RFC 8308), so they wait.
 * @returns whether ssh2 was found as expected.
 */
export function logInAtOnce(client: Client, key: ParsedKey): boolean {
  const protocol = internalsOf(client)._protocol;
  const [handlers, ask] = [protocol?._handlers, protocol?.service?.bind(protocol)];
  const accepted = handlers?.SERVICE_ACCEPT;
  if (protocol === undefined || handlers === undefined || ask === undefined || accepted === undefined) {
    return false;
  }
  if (key.type === 'ssh-rsa') return true;
  protocol.service = (name) => {
    ask(name);
    handlers.SERVICE_ACCEPT = () => {};
    accepted(protocol, name);
  };
  return true;
}

/**
 * Offers a key together with its signature (RFC 4252, section 7), which ssh2 does only after it has asked whether the key
 * would do: that costs a round trip, and the host a look at its authorized_keys, for the key that will most likely do.
 *
 * @param key the one that is tried first; others are asked for as before.
 * @returns whether ssh2 was found as expected.
 */
export function signAtOnce(client: Client, key: ParsedKey): boolean {
  const protocol = internalsOf(client)._protocol;
  const ask = protocol?.authPK?.bind(protocol);
  if (protocol === undefined || ask === undefined) return false;
  protocol.authPK = (user, offered, algorithm, sign) => {
    if (sign !== undefined || offered !== key) return ask(user, offered, algorithm, sign);
    ask(user, offered, algorithm, (data, done) => {
      const signature: Buffer | Error = key.sign(data, DIGESTS[algorithm ?? '']);
      if (signature instanceof Error) ask(user, offered, algorithm);
      else done(signature);
    });
  };
  return true;
}
