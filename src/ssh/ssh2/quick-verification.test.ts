import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';
import { expect, test } from 'vitest';
import { quickenVerification } from './quick-verification.ts';

function string(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function inSsh(publicKey: KeyObject): ParsedKey {
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const blob = Buffer.concat([string(Buffer.from('ssh-ed25519')), string(raw)]);
  const key = ssh2.utils.parseKey(`ssh-ed25519 ${blob.toString('base64')}`);
  if (key instanceof Error) throw key;
  return key;
}

test('ssh2 is as expected', () => {
  expect(quickenVerification()).toBe(true);
});

test('a signature counts when it is that of the key and of the data, and no other does', () => {
  quickenVerification();
  const data = Buffer.from('the exchange');
  for (let round = 0; round < 20; round += 1) {
    const mine = generateKeyPairSync('ed25519');
    const other = generateKeyPairSync('ed25519');
    const key = inSsh(mine.publicKey);
    const signature = sign(null, data, mine.privateKey);
    const broken = Buffer.from(signature);
    broken[round] = (broken[round] as number) ^ 1;
    expect(key.verify(data, signature)).toBe(true);
    expect(key.verify(data, broken)).toBe(false);
    expect(key.verify(data, signature.subarray(1))).toBe(false);
    expect(key.verify(data, Buffer.alloc(0))).toBe(false);
    expect(key.verify(Buffer.from('another'), signature)).toBe(false);
    expect(key.verify(data, sign(null, data, other.privateKey))).toBe(false);
  }
});

test('keys of other types are verified as before', () => {
  quickenVerification();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = ssh2.utils.parseKey(privateKey.export({ type: 'pkcs1', format: 'pem' }) as string) as ParsedKey;
  const data = Buffer.from('the exchange');
  const signature = key.sign(data, 'sha256');
  expect(key.verify(data, signature, 'sha256')).toBe(true);
  expect(key.verify(Buffer.from('another'), signature, 'sha256')).toBe(false);
});
