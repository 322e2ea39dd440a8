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
  /** What arrived and belongs to no frame yet: the first `#length` bytes. */
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Before this byte no mark begins. */
  #searched = 0;
  #begun = false;

  constructor(mark: string) {
    this.#begin = Buffer.from(`${mark}<\n`);
    this.#end = Buffer.from(`\n${mark} `);
  }

  /** Takes what arrived and returns the frames that it completes. */
  push(chunk: Buffer): { body: Buffer; status: string }[] {
    if (this.#length + chunk.length > LIMIT) {
      throw new RangeError('the host sent more than 64 MiB for one request');
    }
    this.#append(chunk);
    const frames: { body: Buffer; status: string }[] = [];
    let start = 0;
    for (;;) {
      const mark = this.#begun ? this.#end : this.#begin;
      const at = this.#bytes.indexOf(mark, Math.max(start, this.#searched));
      // A mark may have come in half.
      this.#searched = at < 0 ? Math.max(start, this.#length - mark.length) : at;
      if (at < 0) break;
      const behind = at + mark.length;
      if (this.#begun) {
        const lineEnd = this.#bytes.indexOf(0x0a, behind);
        if (lineEnd < 0) break;
        const status = this.#bytes.toString('latin1', behind, lineEnd);
        frames.push({ body: this.#bytes.subarray(start, at), status });
        start = lineEnd + 1;
      } else {
        this.#begun = true;
        start = behind;
      }
      this.#searched = start;
    }
    this.#drop(start);
    return frames;
  }

  get #bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Room is doubled, so that a long output is copied twice at most and not once for each piece of it. */
  #append(chunk: Buffer): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#length));
      this.#bytes.copy(larger);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.#length);
    this.#length = needed;
  }

  /** What is left goes into a buffer of its own: the frames that were found keep the old one. */
  #drop(size: number): void {
    if (size === 0) return;
    this.#buffer = Buffer.from(this.#buffer.subarray(size, this.#length));
    this.#length = this.#buffer.length;
    this.#searched -= size;
  }

  /** Whether the begin mark of the last request has come. */
  get begun(): boolean {
    return this.#begun;
  }

  /** What arrived and belongs to no frame: what the host said before it broke. */
  get rest(): string {
    return this.#bytes.toString('utf8');
  }

  /** The next frame begins with a begin mark again. */
  expectBegin(): void {
    this.#begun = false;
    this.#searched = 0;
  }
}
