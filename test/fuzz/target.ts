import type { Random } from './random.ts';

/** Something that reads what others have written. */
export interface FuzzTarget {
  readonly name: string;
  /** Valid inputs, from which others are made. */
  readonly corpus: readonly Buffer[];
  /** Words that mean something to it. */
  readonly words: readonly string[];
  /** Makers of whole inputs, which come deeper than bytes that were changed do. */
  readonly shapes?: readonly ((random: Random) => Buffer)[];
  /** Reads an input. Throws when what comes of it is no answer: neither a value nor a diagnostic with a place. */
  run(input: Buffer, random: Random): void | Promise<void>;
}
