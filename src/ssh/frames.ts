/** What one script of a request left behind. */
export interface FrameResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly code: number;
  /** When it came in, by the controller's clock: milliseconds since the epoch. */
  readonly received: number;
}

/** More than this from one script is a broken or hostile host. */
const LIMIT = 64 * 1024 * 1024;

/**
 * Cuts one output stream of the shell into frames. Each request begins with a line `MARK<`; each frame ends
 * with a newline, the mark, on standard output a space and the exit status, and a newline. The mark is random,
 * so nothing a host prints (banners, rc files, file contents) can look like one.
 */
export class FrameStream {
  readonly #begin: Buffer;
  readonly #end: Buffer;
  #chunks: Buffer = Buffer.alloc(0);
  #pieces: Buffer[] = [];
  #length = 0;
  #begun = false;

  constructor(mark: string) {
    this.#begin = Buffer.from(`${mark}<\n`);
    this.#end = Buffer.from(`\n${mark} `);
  }

  /** Takes what arrived and returns the frames that it completes. */
  push(chunk: Buffer): { body: Buffer; status: string }[] {
    this.#pieces.push(chunk);
    this.#length += chunk.length;
    if (this.#length > LIMIT) throw new RangeError('the host sent more than 64 MiB for one request');
    // Only look for marks when this piece may hold the end of one: keeps long outputs linear.
    if (!chunk.includes(0x0a)) return [];
    this.#chunks = this.#pieces.length === 1 ? chunk : Buffer.concat(this.#pieces);
    const frames: { body: Buffer; status: string }[] = [];
    for (;;) {
      if (!this.#begun) {
        const at = this.#chunks.indexOf(this.#begin);
        if (at < 0) break;
        this.#chunks = this.#chunks.subarray(at + this.#begin.length);
        this.#begun = true;
      }
      const at = this.#chunks.indexOf(this.#end);
      if (at < 0) break;
      const lineEnd = this.#chunks.indexOf(0x0a, at + this.#end.length);
      if (lineEnd < 0) break;
      const status = this.#chunks.toString('latin1', at + this.#end.length, lineEnd);
      frames.push({ body: this.#chunks.subarray(0, at), status });
      this.#chunks = this.#chunks.subarray(lineEnd + 1);
    }
    this.#pieces = this.#chunks.length > 0 ? [this.#chunks] : [];
    this.#length = this.#chunks.length;
    return frames;
  }

  /** What arrived and belongs to no frame: what the host said before it broke. */
  get rest(): string {
    return Buffer.concat(this.#pieces).toString('utf8');
  }

  /** The next frame begins with a begin mark again. */
  expectBegin(): void {
    this.#begun = false;
  }
}
