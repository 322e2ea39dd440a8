import { createHash } from 'node:crypto';

/** A public key as one line of authorized_keys has it: type and blob. */
export interface PublicKey {
  readonly type: string;
  /** Base64, as OpenSSH writes it. */
  readonly blob: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

type Field = 'type' | 'mpint' | 'string' | { readonly bytes: number } | { readonly text: string };

/** The fields of each key type's blob (RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4, OpenSSH's PROTOCOL.u2f). */
const SHAPES: ReadonlyMap<string, readonly Field[]> = new Map([
  ['ssh-ed25519', ['type', { bytes: 32 }]],
  ['ssh-rsa', ['type', 'mpint', 'mpint']],
  ['ecdsa-sha2-nistp256', ['type', { text: 'nistp256' }, { bytes: 65 }]],
  ['ecdsa-sha2-nistp384', ['type', { text: 'nistp384' }, { bytes: 97 }]],
  ['ecdsa-sha2-nistp521', ['type', { text: 'nistp521' }, { bytes: 133 }]],
  ['sk-ssh-ed25519@openssh.com', ['type', { bytes: 32 }, 'string']],
  ['sk-ecdsa-sha2-nistp256@openssh.com', ['type', { text: 'nistp256' }, { bytes: 65 }, 'string']],
]);

/** sshd(8) takes no RSA key below this (RequiredRSASize). */
const MIN_RSA_BITS = 1024;

/** Reads a key of any type whose blob names that type; undefined for what is no key. */
export function readKey(type: string, blob: string): PublicKey | undefined {
  const bytes = decodeBase64(blob);
  if (bytes === undefined || bytes.length < 4) return undefined;
  const [named] = takeString(bytes, 0) ?? [];
  if (named?.toString('latin1') !== type) return undefined;
  const digest = createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '');
  return { type, blob: bytes.toString('base64'), fingerprint: `SHA256:${digest}` };
}

/** What is wrong with a key that is to be installed; undefined when OpenSSH takes it. */
export function problemOfKey(type: string, blob: string): string | undefined {
  if (type === 'ssh-dss') return 'DSA keys (ssh-dss) are refused by OpenSSH since 7.0';
  if (type.includes('-cert-v01@'))
    return 'it is a certificate; list the CA key with the option cert-authority';
  const shape = SHAPES.get(type);
  if (shape === undefined) return `"${type}" is no type of public key that OpenSSH knows`;
  const bytes = decodeBase64(blob);
  if (bytes === undefined) return 'the key after the type is not base64';
  const [named] = takeString(bytes, 0) ?? [];
  if (named === undefined) return 'the key is cut off';
  if (named.toString('latin1') !== type) {
    return `the key says it is "${printable(named)}", but the line says "${type}"`;
  }
  return problemOfShape(shape, bytes);
}

function problemOfShape(shape: readonly Field[], bytes: Buffer): string | undefined {
  let at = 0;
  let last: Buffer = bytes;
  for (const field of shape) {
    const taken = takeString(bytes, at);
    if (taken === undefined) return 'the key is cut off';
    [last, at] = taken;
    if (typeof field === 'string') continue;
    if ('bytes' in field && last.length !== field.bytes) {
      return `the key has a part of ${last.length} bytes where ${field.bytes} belong`;
    }
    if ('text' in field && last.toString('latin1') !== field.text) {
      return `the key is on the curve "${printable(last)}", not ${field.text}`;
    }
  }
  if (at !== bytes.length) return `there are ${bytes.length - at} bytes too many at the end of the key`;
  if (shape.at(-1) === 'mpint' && bitsOf(last) < MIN_RSA_BITS) {
    return `an RSA key of ${bitsOf(last)} bits is refused by OpenSSH (at least ${MIN_RSA_BITS})`;
  }
  return undefined;
}

function decodeBase64(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Buffer.from(text, 'base64');
}

/** An SSH string (RFC 4251 section 5) and where the next field begins. */
function takeString(bytes: Buffer, at: number): readonly [Buffer, number] | undefined {
  if (at + 4 > bytes.length) return undefined;
  const end = at + 4 + bytes.readUInt32BE(at);
  return end > bytes.length ? undefined : [bytes.subarray(at + 4, end), end];
}

function bitsOf(mpint: Buffer): number {
  const first = mpint.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (mpint.length - first) * 8 - Math.clz32(mpint[first] as number) + 24;
}

function printable(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .slice(0, 40)
    .replace(/[^\x20-\x7e]/g, '?');
}
