/**
 * The one way a value gets into shell text.
 *
 * Only a `Shell` reaches a host, and only the `sh` tag makes one: its literal parts are shell code written
 * by us, its values are data and are quoted. So a bare string from a playbook, an inventory or a host cannot
 * become code by being forgotten somewhere.
 */
export class Shell {
  readonly text: string;
  /** Do not call: use the `sh` tag. */
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** A value that the `sh` tag takes: text and numbers are quoted, a list becomes words, `Shell` stays code. */
export type ShellValue = string | number | Shell | readonly ShellValue[];

/**
 * Builds shell text: `` sh`rm -f -- ${path}` ``. Strings are single-quoted, lists become separate words,
 * nested `Shell` values are taken as they are.
 *
 * @throws TypeError when a value has a NUL byte, which no argument on a POSIX system can hold, or no form in UTF-8.
 */
export function sh(parts: TemplateStringsArray, ...values: readonly ShellValue[]): Shell {
  let text = parts[0] ?? '';
  values.forEach((value, index) => {
    text += render(value) + (parts[index + 1] ?? '');
  });
  return new Shell(text);
}

/** Joins shell fragments, by default one to a line. */
export function joinShell(fragments: readonly Shell[], separator: '\n' | '; ' | ' && ' | ' ' = '\n'): Shell {
  return new Shell(fragments.map((fragment) => fragment.text).join(separator));
}

/**
 * Quotes one word for any POSIX shell (IEEE Std 1003.1, 2.2.2 Single-Quotes): everything between single
 * quotes is literal, and a single quote itself is written as `'\''`.
 */
export function quote(word: string): string {
  if (/^[A-Za-z0-9_./:@%+,-]+$/.test(word)) return word;
  if (word.includes('\0')) throw new TypeError('a shell word cannot hold a NUL byte');
  if (HALF.test(word)) throw new TypeError('a shell word cannot hold half of a character (a lone surrogate)');
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Half of a surrogate pair: it has no form in UTF-8, and would arrive as another character. */
const HALF = /\p{Cs}/u;

function render(value: ShellValue): string {
  if (value instanceof Shell) return value.text;
  if (typeof value === 'number') return quote(String(value));
  if (typeof value === 'string') return quote(value);
  return value.map(render).join(' ');
}
