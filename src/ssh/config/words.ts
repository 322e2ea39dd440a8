/** What stands between words (OpenSSH's misc.c). */
const SPACE = /[ \t\r\n]/;

/**
 * Takes the next word off a text, as OpenSSH's strdelim(3) in misc.c does: up to blanks, one `=` or the end; a quote
 * begins a word that ends with the next quote.
 *
 * @returns the word and what is left of the text (undefined at its end), or undefined when a quote does not end.
 */
export function nextWord(
  text: string,
): { readonly word: string; readonly rest: string | undefined } | undefined {
  const end = text.search(/[ \t\r\n"=]/);
  if (end < 0) return { word: text, rest: undefined };
  if (text[end] === '"') {
    const close = text.indexOf('"', end + 1);
    if (close < 0) return undefined;
    return { word: text.slice(0, end) + text.slice(end + 1, close), rest: skipBlanks(text, close + 1) };
  }
  let rest = skipBlanks(text, end + 1);
  if (text[end] !== '=' && rest.startsWith('=')) rest = skipBlanks(rest, 1);
  return { word: text.slice(0, end), rest };
}

function skipBlanks(text: string, from: number): string {
  let at = from;
  while (at < text.length && SPACE.test(text[at]!)) at += 1;
  return text.slice(at);
}
