/** End of a flow collection (`[…]`, `{…}`), looking from behind its last item over commas, blanks and comments. */
export function flowEnd(text: string, from: number, close: string): number {
  let at = from;
  while (at < text.length) {
    const character = text[at]!;
    if (character === close) return at + 1;
    if (character === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
    } else at++;
  }
  return from;
}
