import { readFileSync } from 'node:fs';
import type { ParsedKey } from 'ssh2';
import { parseKey } from './parse-key.ts';

const MAGIC = 'openssh-key-v1\0';

/** What is known of a key without its passphrase. */
export interface PublicHalf {
  /** Such as `ssh-ed25519`, or of a FIDO key `sk-ssh-ed25519@openssh.com`. */
  readonly type: string;
  /** Undefined where keys of the type cannot be used. */
  readonly key?: ParsedKey;
}

/**
 * The public half of a private key: from the file itself where its format shows it (OpenSSH's, PROTOCOL.key; PuTTY's),
 * else from the file `.pub` beside it.
 */
export function publicHalf(content: Buffer, path: string): PublicHalf | undefined {
  const blob = openSshBlob(content) ?? puttyBlob(content) ?? besideBlob(path);
  if (blob === undefined || blob.length < 8) return undefined;
  const type = blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
  const key = parseKey(blob);
  return key instanceof Error || key.type !== type ? { type } : { type, key };
}

function openSshBlob(content: Buffer): Buffer | undefined {
  const text = content.toString('latin1');
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1];
  if (body === undefined) return undefined;
  const blob = Buffer.from(body, 'base64');
  if (blob.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  let at = MAGIC.length;
  try {
    // The names of cipher and key derivation, and its options; then the number of keys.
    for (let skipped = 0; skipped < 3; skipped += 1) at += 4 + blob.readUInt32BE(at);
    const start = at + 8;
    return Buffer.from(blob.subarray(start, start + blob.readUInt32BE(at + 4)));
  } catch {
    return undefined;
  }
}

function puttyBlob(content: Buffer): Buffer | undefined {
  const match = /^PuTTY-User-Key-File-[\s\S]*?\nPublic-Lines: \d+\r?\n([A-Za-z0-9+/=\r\n]+?)\r?\n[A-Z]/.exec(
    content.toString('latin1'),
  );
  return match?.[1] === undefined ? undefined : Buffer.from(match[1], 'base64');
}

function besideBlob(path: string): Buffer | undefined {
  try {
    const [, encoded = ''] = readFileSync(`${path}.pub`, 'latin1').trim().split(/\s+/);
    return Buffer.from(encoded, 'base64');
  } catch {
    return undefined;
  }
}
