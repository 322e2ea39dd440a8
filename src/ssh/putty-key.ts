import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  type JsonWebKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import { type Argon2Options, argon2, isArgon2, requireArgon2 } from './argon2.ts';
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
  /** Of version 3 with a passphrase. */
  readonly argon2?: Argon2Options;
}

/** Whether a file holds a private key in PuTTY's format, of any version. */
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
  // Whoever is asked for the passphrase is not asked in vain.
  if (encrypted && file.version === '3') requireArgon2();
  if (encrypted && passphrase === undefined) throw new KeyFileError('passphrase', 'it has a passphrase');
  const keys = file.version === '3' ? keysOf3(file, passphrase) : keysOf2(encrypted ? passphrase : '');
  const plain = encrypted ? decrypt(file.privateBlob, keys) : file.privateBlob;
  if (!timingSafeEqual(macOf(file, plain, keys.mac), file.mac)) {
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
  const comment = fields.get('Comment') ?? '';
  const locked = version === '3' && encryption !== 'none';
  const more = locked ? { argon2: argon2Of(fields) } : {};
  return { version, type, encryption, comment, publicBlob, privateBlob, mac, ...more };
}

/** How the passphrase becomes keys (`Key-Derivation` and what stands below it). */
function argon2Of(fields: ReadonlyMap<string, string>): Argon2Options {
  const number = (name: string): number => Number(fields.get(name) ?? 'missing');
  const options = {
    kind: (fields.get('Key-Derivation') ?? '').toLowerCase(),
    memory: number('Argon2-Memory'),
    passes: number('Argon2-Passes'),
    parallelism: number('Argon2-Parallelism'),
    salt: Buffer.from(fields.get('Argon2-Salt') ?? '', 'hex'),
  };
  if (!isArgon2(options)) throw new KeyFileError('broken', 'it does not say how its passphrase is used');
  return options;
}

interface Keys {
  /** Of AES-256-CBC, and its initialization vector. */
  readonly cipher: Buffer;
  readonly iv: Buffer;
  readonly mac: Buffer;
}

/** Of version 2: SHA-1 makes them of the passphrase. */
function keysOf2(passphrase = ''): Keys {
  const part = (number: number): Buffer =>
    createHash('sha1')
      .update(Buffer.from([0, 0, 0, number]))
      .update(passphrase)
      .digest();
  const mac = createHash('sha1').update('putty-private-key-file-mac-key').update(passphrase).digest();
  return { cipher: Buffer.concat([part(0), part(1)]).subarray(0, 32), iv: Buffer.alloc(16), mac };
}

function keysOf3({ argon2: options }: PuttyFile, passphrase = ''): Keys {
  const none = Buffer.alloc(0);
  if (options === undefined) return { cipher: none, iv: none, mac: none };
  const made = argon2(options, 80, passphrase);
  return { cipher: made.subarray(0, 32), iv: made.subarray(32, 48), mac: made.subarray(48, 80) };
}

function decrypt(blob: Buffer, { cipher: key, iv }: Keys): Buffer {
  const cipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  try {
    return Buffer.concat([cipher.update(blob), cipher.final()]);
  } catch {
    throw new KeyFileError('broken', 'it is cut off');
  }
}

function macOf(file: PuttyFile, plain: Buffer, key: Buffer): Buffer {
  const data = sshStrings(file.type, file.encryption, file.comment, file.publicBlob, plain);
  return createHmac(file.version === '3' ? 'sha256' : 'sha1', key)
    .update(data)
    .digest();
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
