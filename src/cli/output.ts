/**
 * Standard output that outlives its reader and its disk: when it breaks (`| head` has gone, the disk is full)
 * nothing more is written, and the work on the hosts goes on.
 */
export class Output {
  #broken: NodeJS.ErrnoException | undefined;
  readonly #stream: NodeJS.WriteStream;

  /** @param onBroken called once, when the first write fails. */
  constructor(stream: NodeJS.WriteStream, onBroken: () => void = () => {}) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#broken !== undefined) return;
      this.#broken = error;
      onBroken();
    });
  }

  get stream(): NodeJS.WriteStream {
    return this.#stream;
  }

  /** Why the output is not complete; a reader that has seen enough is no problem. */
  get problem(): string | undefined {
    if (this.#broken === undefined || this.#broken.code === 'EPIPE') return undefined;
    return `standard output could not be written: ${this.#broken.message}`;
  }

  readonly line = (text: string): void => {
    if (this.#broken === undefined) this.#stream.write(`${text}\n`);
  };
}
