import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  type JsonWebKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import { KeyFileError } from './key-file-error.ts';
import { readStrings, sshStrings } from './wire.ts';

interface PuttyFile {
  readonly version: '2' | '3';
  readonly type: string;
  readonly encryption: string;
  readonly comment: string;
  readonly publicBlob: Buffer;
  readonly privateBlob: Buffer;
  readonly mac: Buffer;
}

export function isPuttyKey(content: Buffer): boolean {
  return content.toString('latin1', 0, 20) === 'PuTTY-User-Key-File-';
}

/**
 * Reads a private key in PuTTY's format (PPK, versions 2 and 3; PuTTY user manual, appendix C).
 *
 * @throws KeyFileError `passphrase` when it is missing or wrong.
 */
export function readPuttyKey(content: Buffer, passphrase?: string): KeyObject {
  const file = split(content.toString('utf8').replaceAll('\r\n', '\n'));
  const encrypted = file.encryption !== 'none';
  if (encrypted && passphrase === undefined) throw new KeyFileError('passphrase', 'it has a passphrase');
  if (encrypted && file.version === '3') {
    // Node has no Argon2 before 24.
    throw new KeyFileError('unsupported', 'it is protected in the way of PuTTY 0.75 and newer (Argon2)');
  }
  const secret = encrypted ? (passphrase ?? '') : '';
  const plain = encrypted ? decrypt(file.privateBlob, secret) : file.privateBlob;
  if (!timingSafeEqual(macOf(file, plain, secret), file.mac)) {
    throw encrypted
      ? new KeyFileError('passphrase', 'the passphrase is wrong')
      : new KeyFileError('broken', 'its checksum is wrong');
  }
  const key = toJwk(file, plain);
  try {
    return createPrivateKey({ key, format: 'jwk' });
  } catch {
    throw new KeyFileError('broken', 'its numbers are no key');
  }
}

function split(text: string): PuttyFile {
  const lines = text.split('\n');
  const fields = new Map<string, string>();
  const blobs = new Map<string, Buffer>();
  for (let at = 0; at < lines.length; at += 1) {
    const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(lines[at] ?? '') ?? [];
    fields.set(name, value);
    if (!name.endsWith('-Lines')) continue;
    // A wrong number must not lead back.
    if (!/^\d{1,6}$/.test(value)) break;
    const count = Number(value);
    blobs.set(name, Buffer.from(lines.slice(at + 1, at + 1 + count).join(''), 'base64'));
    at += count;
  }
  const version = fields.has('PuTTY-User-Key-File-2') ? '2' : '3';
  const type = fields.get(`PuTTY-User-Key-File-${version}`);
  const [publicBlob, privateBlob] = [blobs.get('Public-Lines'), blobs.get('Private-Lines')];
  const mac = Buffer.from(fields.get('Private-MAC') ?? '', 'hex');
  const encryption = fields.get('Encryption') ?? '';
  if (type === undefined || publicBlob === undefined || privateBlob === undefined) {
    throw new KeyFileError('broken', 'it is no whole key in the format of PuTTY, version 2 or 3');
  }
  if (!['none', 'aes256-cbc'].includes(encryption) || mac.length !== (version === '2' ? 20 : 32)) {
    throw new KeyFileError('broken', 'it is no whole key in the format of PuTTY, version 2 or 3');
  }
  return { version, type, encryption, comment: fields.get('Comment') ?? '', publicBlob, privateBlob, mac };
}

/** Of version 2: AES-256-CBC with a key that SHA-1 has made of the passphrase. */
function decrypt(blob: Buffer, passphrase: string): Buffer {
  const part = (number: number): Buffer =>
    createHash('sha1')
      .update(Buffer.from([0, 0, 0, number]))
      .update(passphrase)
      .digest();
  const key = Buffer.concat([part(0), part(1)]).subarray(0, 32);
  const cipher = createDecipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
  try {
    return Buffer.concat([cipher.update(blob), cipher.final()]);
  } catch {
    throw new KeyFileError('broken', 'it is cut off');
  }
}

function macOf(file: PuttyFile, plain: Buffer, passphrase: string): Buffer {
  const data = sshStrings(file.type, file.encryption, file.comment, file.publicBlob, plain);
  if (file.version === '3') return createHmac('sha256', '').update(data).digest();
  const key = createHash('sha1').update('putty-private-key-file-mac-key').update(passphrase).digest();
  return createHmac('sha1', key).update(data).digest();
}

/** RFC 7517, RFC 7518 section 6, RFC 8037. */
function toJwk({ type, publicBlob }: PuttyFile, plain: Buffer): JsonWebKey {
  try {
    if (type === 'ssh-rsa') return rsa(publicBlob, plain);
    if (type === 'ssh-ed25519') {
      const [, x] = readStrings(publicBlob, 2);
      const [seed] = readStrings(plain, 1);
      return { kty: 'OKP', crv: 'Ed25519', x: text(x), d: text(seed) };
    }
    const curve = /^ecdsa-sha2-nistp(256|384|521)$/.exec(type)?.[1];
    if (curve !== undefined) {
      const [, , point = Buffer.alloc(0)] = readStrings(publicBlob, 3);
      const size = (point.length - 1) / 2;
      const [d = Buffer.alloc(0)] = readStrings(plain, 1);
      return {
        kty: 'EC',
        crv: `P-${curve}`,
        x: text(point.subarray(1, 1 + size)),
        y: text(point.subarray(1 + size)),
        d: text(fixed(d, size)),
      };
    }
  } catch {
    throw new KeyFileError('broken', 'it is cut off');
  }
  throw new KeyFileError('unsupported', `keys of the type ${type} are not used`);
}

function rsa(publicBlob: Buffer, plain: Buffer): JsonWebKey {
  const [, e, n] = readStrings(publicBlob, 3);
  const [d, p, q, qi] = readStrings(plain, 4);
  const remainder = (prime: Buffer | undefined): string => {
    const rest = number(d) % (number(prime) - 1n);
    const digits = rest.toString(16);
    return text(Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex'));
  };
  const plainText = (value: Buffer | undefined): string =>
    text(value === undefined ? value : unsigned(value));
  return {
    kty: 'RSA',
    n: plainText(n),
    e: plainText(e),
    d: plainText(d),
    p: plainText(p),
    q: plainText(q),
    qi: plainText(qi),
    dp: remainder(p),
    dq: remainder(q),
  };
}

function number(bytes: Buffer | undefined): bigint {
  return BigInt(`0x${bytes?.toString('hex') || '0'}`);
}

function unsigned(bytes: Buffer): Buffer {
  return bytes[0] === 0 ? bytes.subarray(1) : bytes;
}

/** A number in so many bytes. */
function fixed(bytes: Buffer, size: number): Buffer {
  const digits = unsigned(bytes);
  return Buffer.concat([Buffer.alloc(Math.max(0, size - digits.length)), digits]);
}

function text(bytes: Buffer | undefined): string {
  return (bytes ?? Buffer.alloc(0)).toString('base64url');
}
