import { createPublicKey, verify } from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';

/** A public key of 32 zeros: it stands for what ssh2 makes of any host's key. */
const SAMPLE = `ssh-ed25519 ${Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from('ssh-ed25519'),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32),
]).toString('base64')}`;

let quickened: boolean | undefined;

/**
 * Has signatures of Ed25519 keys verified with the key taken as it is: ssh2 makes PEM text of it for OpenSSL to read,
 * which takes as long as to verify. Other keys, of which there are fewer, are left to ssh2.
 *
 * @returns whether ssh2 was found as expected.
 */
export function quickenVerification(): boolean {
  quickened ??= replaceVerify();
  return quickened;
}

function replaceVerify(): boolean {
  const sample = ssh2.utils.parseKey(SAMPLE) as ParsedKey | Error;
  if (sample instanceof Error) return false;
  let owner: object | null = sample;
  while (owner !== null && !Object.hasOwn(owner, 'verify')) owner = Object.getPrototypeOf(owner);
  if (owner === null || owner === sample) return false;
  const keys = owner as ParsedKey;
  const verifyAnew = keys.verify;
  keys.verify = function (this: ParsedKey, data, signature, algorithm) {
    const raw = this.type === 'ssh-ed25519' ? ed25519(this.getPublicSSH()) : undefined;
    if (raw === undefined) return verifyAnew.call(this, data, signature, algorithm);
    try {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
      return verify(
        null,
        Buffer.from(data as Buffer),
        createPublicKey({ key: jwk, format: 'jwk' }),
        signature,
      );
    } catch (error) {
      return error as never;
    }
  };
  return true;
}

/** The 32 bytes of a public key in the format of SSH (RFC 8709); undefined for anything else. */
function ed25519(key: Buffer): Buffer | undefined {
  const start = 4 + 11 + 4;
  return key.length === start + 32 && key.readUInt32BE(start - 4) === 32 ? key.subarray(start) : undefined;
}
