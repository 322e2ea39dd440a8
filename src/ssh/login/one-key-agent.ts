import ssh2, { type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2';

/** Signs for one public key, at once or later. */
export type Sign = (data: Buffer, hash: 'sha256' | 'sha512' | undefined) => Promise<Buffer>;

/**
 * One key as an agent of ssh2's: so ssh2 asks whether the key would do before it wants a signature, and waits for that. A
 * key that cannot sign is passed over.
 */
export class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #key: ParsedKey;
  readonly #sign: Sign;

  constructor(key: ParsedKey, sign: Sign) {
    super();
    this.#key = key;
    this.#sign = sign;
  }

  override getIdentities(done: (error: undefined, keys: ParsedKey[]) => void): void {
    done(undefined, [this.#key]);
  }

  override sign(
    _key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    const hash = typeof options === 'object' ? (options.hash as 'sha256' | 'sha512' | undefined) : undefined;
    const told = typeof options === 'function' ? options : done;
    this.#sign(data, hash).then(
      (signature) => told?.(undefined, signature),
      (error: Error) => told?.(error),
    );
  }
}
