import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { visible } from '../../src/documents/visible.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { KeyFileError } from '../../src/ssh/key-file-error.ts';
import { KeyRing } from '../../src/ssh/keys.ts';
import { sshStrings } from '../../src/ssh/wire.ts';
import { put } from './folder.ts';
import type { Random } from './random.ts';
import type { FuzzTarget } from './target.ts';

/** Keys that ssh-keygen, openssl and puttygen have made for these tests alone; the passphrase is "secret". */
const FIXTURES = new URL('./fixtures/keys/', import.meta.url);
const files = readdirSync(FIXTURES).sort();
const corpus = files.map((name) => readFileSync(new URL(name, FIXTURES)));
const putty = corpus.filter((content) => content.toString('latin1').startsWith('PuTTY'));
const armored = corpus.filter((content) => content.toString('latin1').startsWith('-----BEGIN'));

/** The bytes within the armor changed: what is read first is whole. */
function rearmored(random: Random): Buffer {
  const text = random.pick(armored).toString('latin1');
  const [, begin = '', body = '', end = ''] =
    /^(-----BEGIN [^\n]*\n)([\s\S]*?)(\n-----END[\s\S]*)$/.exec(text) ?? [];
  const bytes = changed(Buffer.from(body, 'base64'), random);
  return Buffer.from(`${begin}${(bytes.toString('base64').match(/.{1,70}/g) ?? []).join('\n')}${end}`);
}

/** PuTTY's with other contents, and the right checksum for them. */
function repacked(random: Random): Buffer {
  const text = random.pick(putty).toString('latin1').replaceAll('\r', '');
  const blob = (name: string): Buffer =>
    Buffer.from(new RegExp(`${name}-Lines: \\d+\\n([\\s\\S]*?)\\n[A-Z]`).exec(text)?.[1] ?? '', 'base64');
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? '';
  const version = random.below(2) === 0 ? '2' : '3';
  const type =
    random.below(4) === 0
      ? random.pick(['ssh-rsa', 'ssh-ed25519', 'ssh-dss', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp521'])
      : (/^PuTTY-User-Key-File-\d: (.*)$/m.exec(text)?.[1] ?? '');
  const open = random.below(3) === 0 ? blob('Public') : changed(blob('Public'), random);
  const secret = random.below(3) === 0 ? blob('Private') : changed(blob('Private'), random);
  const comment = field('Comment');
  const data = sshStrings(type, 'none', comment, open, secret);
  const mac =
    version === '3'
      ? createHmac('sha256', '').update(data).digest('hex')
      : createHmac('sha1', createHash('sha1').update('putty-private-key-file-mac-key').digest())
          .update(data)
          .digest('hex');
  const lines = (bytes: Buffer): string => {
    const all = bytes.toString('base64').match(/.{1,64}/g) ?? [];
    const count =
      random.below(10) === 0
        ? random.pick(['-1', '0', '1e9', '99999999', 'NaN', '1.5', ''])
        : String(all.length);
    return [count, ...all].join('\n');
  };
  return Buffer.from(
    `PuTTY-User-Key-File-${version}: ${type}\nEncryption: none\nComment: ${comment}\nPublic-Lines: ${lines(open)}\nPrivate-Lines: ${lines(secret)}\nPrivate-MAC: ${mac}\n`,
  );
}

/** Some bytes others, some lengths wrong, something cut off or doubled. */
function changed(bytes: Buffer, random: Random): Buffer {
  let result = Buffer.from(bytes);
  for (let count = 1 + random.below(3); count > 0 && result.length > 8; count -= 1) {
    const at = random.below(result.length);
    const way = random.below(5);
    if (way === 0) result[at] = random.below(256);
    else if (way === 1)
      result.writeUInt32BE(
        random.pick([0, 1, 255, 65_536, 0x7fffffff, 0xffffffff]),
        at % (result.length - 4),
      );
    else if (way === 2) result = result.subarray(0, at);
    else if (way === 3) result = Buffer.concat([result.subarray(0, at), result]);
    else result.fill(random.below(2) * 255, at, Math.min(result.length, at + random.below(40)));
  }
  return Buffer.from(result);
}

const DATA = Buffer.from('to be signed');

/** Files of private keys in all formats. */
export const keys: FuzzTarget = {
  name: 'private_keys',
  corpus,
  words: [
    '-----BEGIN OPENSSH PRIVATE KEY-----\n',
    '-----BEGIN RSA PRIVATE KEY-----\n',
    '-----BEGIN PRIVATE KEY-----\n',
    '-----END PRIVATE KEY-----\n',
    'Proc-Type: 4,ENCRYPTED\n',
    'DEK-Info: AES-128-CBC,00\n',
    'PuTTY-User-Key-File-2: ',
    'Public-Lines: -1\n',
    'Private-Lines: 99999999\n',
    'Encryption: aes256-cbc\n',
    'ssh-ed25519 ',
    '---- BEGIN SSH2 PUBLIC KEY ----\n',
    'AAAA',
  ],
  shapes: [rearmored, repacked],
  run(input, random) {
    const loaded = new KeyRing().load(put('keys/id', input));
    if (!loaded.ok) {
      if (loaded.message === '') throw new Error('no reason');
      if (visible(loaded.message) !== loaded.message)
        throw new Error(`control characters in what is told: ${JSON.stringify(loaded.message)}`);
      // bcrypt takes its time, and how much stands in the file.
      if (loaded.locked === undefined || !input.toString('latin1').startsWith('PuTTY')) return;
      try {
        loaded.locked.unlock(new Secret(random.pick(['secret', 'wrong one'])));
      } catch (error) {
        if (!(error instanceof KeyFileError)) throw error;
      }
      return;
    }
    const { key } = loaded;
    key.getPublicSSH();
    key.sign(DATA, key.type === 'ssh-rsa' ? 'sha256' : undefined);
  },
};
