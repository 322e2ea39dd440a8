import ssh2, { type ParsedKey } from 'ssh2';

/**
 * Reads a key as ssh2 does. Of what is broken in an unusual way (a number without digits) ssh2 throws instead of saying so.
 *
 * @param content a file of a key, or the blob of a public one.
 */
export function parseKey(content: Buffer | string, passphrase?: string): ParsedKey | Error {
  try {
    const parsed = ssh2.utils.parseKey(content, passphrase) as ParsedKey | ParsedKey[] | Error;
    return (Array.isArray(parsed) ? parsed[0] : parsed) ?? new Error('it holds no key');
  } catch {
    return new Error('it is broken');
  }
}
