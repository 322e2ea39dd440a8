import { knownSecrets } from './known.ts';

/**
 * The beginning of a text that others have written, or its end, with secrets masked: a piece of one that is cut in two would be
 * found by no mask afterwards.
 *
 * @param most characters.
 */
export function cutText(text: string, most: number, keep: 'beginning' | 'end' = 'beginning'): string {
  const masked = knownSecrets.mask(text);
  if (masked.length <= most) return masked;
  return keep === 'end' ? masked.slice(-most) : masked.slice(0, most);
}
