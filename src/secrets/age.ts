import { Secret } from './secret.ts';

const BINARY = 'age-encryption.org/v1\n';
const ARMORED = '-----BEGIN AGE ENCRYPTED FILE-----';

/** What opens a file. */
export interface AgeKeys {
  /** `AGE-SECRET-KEY-1…` */
  readonly identities: readonly Secret[];
  readonly passphrases: readonly Secret[];
}

/** What a file is locked with: keys (how many), or a passphrase. */
export type AgeLock = { readonly kind: 'keys'; readonly count: number } | { readonly kind: 'passphrase' };

/** Whether a file was encrypted with age (https://age-encryption.org/v1), as bytes or armored. */
export function isAge(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  return start.startsWith(BINARY) || start.trimStart().startsWith(ARMORED);
}

/** What the header of an age file says. It names no recipient: only how many there are. */
export async function lockOf(bytes: Uint8Array): Promise<AgeLock> {
  const text = Buffer.from(await unarmored(bytes)).toString('latin1');
  const header = text.slice(0, text.indexOf('\n---'));
  const stanzas: readonly string[] = header.match(/^-> \S+/gm) ?? [];
  if (stanzas.includes('-> scrypt')) return { kind: 'passphrase' };
  return { kind: 'keys', count: stanzas.length };
}

/**
 * Decrypts a file. The library is loaded with the first.
 *
 * @returns undefined when none of the keys fits.
 * @throws what the library says of a damaged file.
 */
export async function decryptAge(
  bytes: Uint8Array,
  { identities, passphrases }: AgeKeys,
): Promise<Uint8Array | undefined> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity.reveal());
  for (const passphrase of passphrases) decrypter.addPassphrase(passphrase.reveal());
  try {
    return await decrypter.decrypt(await unarmored(bytes));
  } catch (error) {
    if (error instanceof Error && /no identity matched/i.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

/** Encrypts for recipients (`age1…`) or with a passphrase, as armored text, which is friendly to version control. */
export async function encryptAge(
  bytes: Uint8Array,
  lock: { readonly recipients: readonly string[] } | { readonly passphrase: Secret },
): Promise<string> {
  const { Encrypter, armor } = await import('age-encryption');
  const encrypter = new Encrypter();
  if ('passphrase' in lock) encrypter.setPassphrase(lock.passphrase.reveal());
  else for (const recipient of lock.recipients) encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(bytes));
}

/** A new key, and the recipient that belongs to it. */
export async function newIdentity(): Promise<{ readonly identity: Secret; readonly recipient: string }> {
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const identity = await generateX25519Identity();
  return { identity: new Secret(identity), recipient: await identityToRecipient(identity) };
}

/** The recipient that belongs to an identity. */
export async function recipientOf(identity: Secret): Promise<string> {
  const { identityToRecipient } = await import('age-encryption');
  return identityToRecipient(identity.reveal());
}

/** Whether a text is a recipient that files can be encrypted for. */
export async function isRecipient(text: string): Promise<boolean> {
  const { Encrypter } = await import('age-encryption');
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
}

async function unarmored(bytes: Uint8Array): Promise<Uint8Array> {
  const text = Buffer.from(bytes).toString('latin1');
  if (text.startsWith(BINARY)) return bytes;
  const { armor } = await import('age-encryption');
  return armor.decode(text.trim());
}
