/**
 * Standard output that survives its reader: after `| head` has gone, nothing more is written and nothing is
 * said about it.
 */
export class Output {
  #broken = false;
  readonly #stream: NodeJS.WriteStream;

  /** @param onBroken called once, when the reader has gone. */
  constructor(stream: NodeJS.WriteStream, onBroken: () => void = () => {}) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (!this.#broken) onBroken();
      this.#broken = true;
    });
  }

  get stream(): NodeJS.WriteStream {
    return this.#stream;
  }

  readonly line = (text: string): void => {
    if (!this.#broken) this.#stream.write(`${text}\n`);
  };
}
