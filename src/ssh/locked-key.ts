import type { ParsedKey } from 'ssh2';
import type { Secret } from '../secrets/secret.ts';
import { KeyFileError } from './key-file-error.ts';
import { readPrivateKey } from './read-key.ts';

/** A private key behind a passphrase. It is made ready once, which takes up to half a second, and only when it is wanted. */
export class LockedKey {
  readonly path: string;
  /** Undefined where the file hides even this. */
  readonly publicKey: ParsedKey | undefined;
  readonly #content: Buffer;
  readonly #offered: Secret[] = [];
  #key: ParsedKey | undefined;
  #right: Secret | undefined;
  #wrong = false;

  constructor(path: string, content: Buffer, publicKey: ParsedKey | undefined) {
    this.path = path;
    this.#content = content;
    this.publicKey = publicKey;
  }

  /** Remembers a passphrase that may be the right one, for when the key is wanted. */
  offer(passphrase: Secret): void {
    const known = this.#offered.some((one) => one.reveal() === passphrase.reveal());
    if (!known) this.#offered.push(passphrase);
  }

  /** What makes it ready, or is worth trying. */
  get passphrase(): Secret | undefined {
    return this.#right ?? this.#offered[0];
  }

  /** Whether it is worth trying to make it ready. */
  get hasPassphrase(): boolean {
    return this.#key !== undefined || this.#offered.length > 0;
  }

  /**
   * Makes the key ready with this passphrase.
   *
   * @returns whether it is the right one.
   * @throws KeyFileError for what is no matter of passphrases.
   */
  unlock(passphrase: Secret): boolean {
    try {
      this.#key ??= readPrivateKey(this.#content, passphrase.reveal());
      this.#right = passphrase;
      return true;
    } catch (error) {
      if (error instanceof KeyFileError && error.kind === 'passphrase') return false;
      throw error;
    }
  }

  /**
   * The key, made ready by what was offered.
   *
   * @throws KeyFileError when nothing was, or the wrong passphrase.
   */
  key(): ParsedKey {
    if (this.#key !== undefined) return this.#key;
    const tried = this.#offered.splice(0);
    if (tried.some((passphrase) => this.unlock(passphrase)) && this.#key !== undefined) return this.#key;
    const reason =
      tried.length > 0 || this.#wrong ? 'its passphrase is wrong' : 'its passphrase is not known';
    this.#wrong ||= tried.length > 0;
    throw new KeyFileError('passphrase', reason);
  }
}
