import { isOurWord } from './public-words.ts';

/** Shorter texts are found wherever somebody writes. */
const SHORTEST_WORD = 3;
/** Shorter numbers are in every figure. */
const FEWEST_DIGITS = 4;
/** From so many characters, and digits, on a secret is looked for within other words too. */
const LONG = 4;
const LONG_NUMBER = 6;

/** Whether a text is too short for it to be looked for anywhere: it can be masked only by hiding the whole output. */
export function isTooShort(text: string): boolean {
  if (text.trim() === '' || isOurWord(text)) return false;
  return text.trim().length < (isNumber(text) ? FEWEST_DIGITS : SHORTEST_WORD);
}

/** Whether a secret is looked for only where it is a word of its own. */
export function isShortWord(text: string): boolean {
  if (isTooShort(text) || isOurWord(text) || /^[\s*]*$/.test(text)) return false;
  return text.length < (isNumber(text) ? LONG_NUMBER : LONG);
}

/** Also a time or an address in part. */
function isNumber(text: string): boolean {
  return /^[\d.:-]+$/.test(text);
}

/** Short secrets. A PIN of four digits is found in "PIN 4711.", and not in "14711 bytes". */
export class ShortWords {
  readonly #texts = new Set<string>();
  readonly #lengths = new Set<number>();

  get size(): number {
    return this.#texts.size;
  }

  has(text: string): boolean {
    return this.#texts.has(text);
  }

  add(text: string): void {
    this.#texts.add(text);
    this.#lengths.add(text.length);
  }

  /** How long the one is that begins here; 0 for none. */
  at(text: string, at: number): number {
    let longest = 0;
    for (const length of this.#lengths) {
      if (length <= longest || !this.#texts.has(text.slice(at, at + length))) continue;
      if (isEdge(text, at) && isEdge(text, at + length)) longest = length;
    }
    return longest;
  }
}

/** Whether a word may begin or end here: not both neighbours belong to one. */
function isEdge(text: string, at: number): boolean {
  return !(isPartOfWord(text.charCodeAt(at - 1)) && isPartOfWord(text.charCodeAt(at)));
}

function isPartOfWord(code: number): boolean {
  const isDigit = code >= 0x30 && code <= 0x39;
  const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  return isDigit || isLetter || code === 0x5f || code > 0x7f;
}
