/**
 * Control characters and invisible format characters: C0, DEL, C1, soft hyphen, bidirectional and zero-width
 * controls, line separators, tags, lone surrogates. On a terminal they could hide or forge text.
 */
const UNSAFE =
  /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** Text that is safe on a terminal: `ESC` becomes `␛`, others `<U+202E>`. Line feeds are made visible too. */
export function visible(text: string): string {
  return text.replace(UNSAFE, visibleCharacter);
}

/** As `visible`, but keeps line feeds. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

function visibleCharacter(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
