import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { ParsedKey } from 'ssh2';

/** What each type of key signs a hash of, where the algorithm of the signature does not name it. */
const DIGESTS: Readonly<Record<string, string | null>> = {
  'ssh-ed25519': null,
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
};

/**
 * Has a private key sign with what was made ready once. ssh2 reads the key from PEM text anew for each signature, which
 * takes ten times as long as to sign: half a millisecond for each host.
 *
 * @param ready the same key as OpenSSL has it, where ssh2 does not.
 * @returns the same key.
 */
export function prepareKey(
  key: ParsedKey,
  ready: KeyObject = createPrivateKey(key.getPrivatePEM()),
): ParsedKey {
  const signAnew = key.sign.bind(key);
  key.sign = (data, algorithm) => {
    const digest = algorithm ?? DIGESTS[key.type];
    if (digest === undefined) return signAnew(data, algorithm);
    try {
      return sign(digest, Buffer.isBuffer(data) ? data : Buffer.from(data), ready);
    } catch (error) {
      return error as Error as never;
    }
  };
  return key;
}
