import { inspect } from 'node:util';
import { knownSecrets } from './known.ts';
import { MASK } from './mask.ts';

/**
 * A text that nobody may see: a password, a passphrase, a token. Whatever turns it into text by mistake (a template, a
 * message, JSON, `console.log`) gets the mask; only `reveal` gives the text, and is called where it goes to a host's
 * standard input or into cryptography. Its text is known to the masks of every output from the moment that there is one.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    knownSecrets.addWhole(text);
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
