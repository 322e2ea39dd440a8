import { createPublicKey, type KeyObject } from 'node:crypto';
import type { ParsedKey } from 'ssh2';
import { parseKey } from './parse-key.ts';
import { prepareKey } from './prepared-key.ts';
import { mpint, sshStrings } from './wire.ts';

/** SSH's names of the curves that JSON Web Keys name otherwise (RFC 7518, RFC 5656). */
const CURVES: Readonly<Record<string, string>> = {
  'P-256': 'nistp256',
  'P-384': 'nistp384',
  'P-521': 'nistp521',
};

/**
 * A private key of OpenSSL's for use by ssh2, which reads fewer formats.
 *
 * @returns undefined for keys of a type that SSH does not have, or no more (DSA).
 */
export function keyFromObject(privateKey: KeyObject): ParsedKey | undefined {
  const blob = publicBlob(privateKey);
  if (blob === undefined) return undefined;
  const key = parseKey(blob);
  if (key instanceof Error) return undefined;
  key.isPrivateKey = () => true;
  return prepareKey(key, privateKey);
}

/** RFC 4253, section 6.6; RFC 5656, section 3.1; RFC 8709, section 4. */
function publicBlob(privateKey: KeyObject): Buffer | undefined {
  if (!['rsa', 'ec', 'ed25519'].includes(privateKey.asymmetricKeyType ?? '')) return undefined;
  const { kty, crv = '', n, e, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url');
  if (kty === 'RSA') return sshStrings('ssh-rsa', mpint(bytes(e)), mpint(bytes(n)));
  if (kty === 'OKP') return sshStrings('ssh-ed25519', bytes(x));
  const curve = CURVES[crv];
  if (curve === undefined) return undefined;
  const point = Buffer.concat([Buffer.from([4]), bytes(x), bytes(y)]);
  return sshStrings(`ecdsa-sha2-${curve}`, curve, point);
}
