import { type ByteString, displayName, isAscii } from '../artifacts/archive-entry.ts';

/**
 * A name or a link's target as a host has it, one character for each byte, as text. What is no UTF-8 gets escapes (`\xff`):
 * so it is another text than any that a playbook names, and two such names are not one.
 */
export function nameText(bytes: ByteString): string {
  if (isAscii(bytes)) return bytes;
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return Buffer.from(text, 'utf8').toString('latin1') === bytes ? text : displayName(bytes);
}
