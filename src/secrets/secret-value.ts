import { inspect } from 'node:util';
import { MASK } from './mask.ts';
import type { Secret } from './secret.ts';

/** What became of reading a value that stands elsewhere. `unknown`: it is not read in this kind of run. */
export type ReadSecret =
  | { readonly ok: true; readonly secret: Secret }
  | {
      readonly ok: false;
      readonly kind: 'unknown' | 'invalid';
      readonly reason: string;
      readonly hint?: string;
    };

/** The value of a variable that stands elsewhere, or is encrypted by itself: read when it is first used, once. */
export class SecretValue {
  readonly #read: () => ReadSecret;
  #known: ReadSecret | undefined;

  constructor(read: () => ReadSecret) {
    this.#read = read;
  }

  read(): ReadSecret {
    this.#known ??= this.#read();
    return this.#known;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
