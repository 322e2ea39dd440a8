import { inspect } from 'node:util';

/** What stands for a secret wherever it would be seen. */
export const MASK = '********';

/**
 * A text that nobody may see: a password, a passphrase, a token. Whatever turns it into text by mistake (a template, a
 * message, JSON, `console.log`) gets the mask; only `reveal` gives the text, and is called where it goes to a host's
 * standard input or into cryptography.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
