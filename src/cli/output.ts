/**
 * Standard output that outlives its reader and its disk: when it breaks (`| head` has gone, the disk is full)
 * nothing more is written, and the work on the hosts goes on. What broke it decides the exit code at the end: see
 * `outputProblem`.
 */
export class Output {
  #broken = false;
  readonly #stream: NodeJS.WriteStream;

  /** @param onBroken called once, when the first write fails; with what is wrong, when it is more than a reader gone. */
  constructor(stream: NodeJS.WriteStream, onBroken: (problem: string | undefined) => void = () => {}) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#broken) return;
      this.#broken = true;
      onBroken(problemOf(error));
    });
  }

  get stream(): NodeJS.WriteStream {
    return this.#stream;
  }

  readonly line = (text: string): void => {
    if (!this.#broken) this.#stream.write(`${text}\n`);
  };
}

/**
 * Watches a stream from now on, whoever writes to it. What it returns resolves when all is written: with why the output
 * is not complete, or undefined. A reader that has seen enough is no problem.
 */
export function outputProblem(stream: NodeJS.WritableStream): () => Promise<string | undefined> {
  let problem: string | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    problem ??= problemOf(error);
  });
  return () =>
    new Promise((resolve) => {
      // An error is told after the write that it belongs to, and after this one.
      stream.write('', () => setImmediate(() => resolve(problem)));
    });
}

function problemOf(error: NodeJS.ErrnoException): string | undefined {
  return error.code === 'EPIPE' ? undefined : `standard output could not be written: ${error.message}`;
}
