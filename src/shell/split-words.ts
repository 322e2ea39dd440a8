/**
 * Splits arguments as OpenSSH's argv_split() does: single and double quotes, a backslash before quotes, backslashes and
 * (outside of quotes) blanks; a word that begins with `#` is a comment.
 *
 * @returns undefined when a quote does not end.
 */
export function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const first = text[at];
    if (first === ' ' || first === '\t') continue;
    if (first === '#') break;
    let word = '';
    let quote = '';
    for (; at < text.length; at += 1) {
      const char = text[at]!;
      if (char === '\\') {
        const next = text[at + 1] ?? '';
        const escaped = next !== '' && ('\'"\\'.includes(next) || (quote === '' && next === ' '));
        if (escaped) at += 1;
        word += escaped ? next : char;
      } else if (quote === '' && (char === ' ' || char === '\t')) break;
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (char === quote) quote = '';
      else word += char;
    }
    if (quote !== '') return undefined;
    words.push(word);
  }
  return words;
}
