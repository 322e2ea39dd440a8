/**
 * The lines of a file as text with one character for each byte (Latin-1), so that what others have written comes out as
 * it went in, whatever its encoding is. What a playbook says is UTF-8.
 */
export function toBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The other way round, for people to read. */
export function toReadable(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
