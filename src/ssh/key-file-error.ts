/** Why a key file could not be read. */
export class KeyFileError extends Error {
  readonly kind: 'passphrase' | 'unsupported' | 'broken';
  constructor(kind: KeyFileError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}
