import { ArchiveError } from './archive-entry.ts';

/** Reads a stream in pieces of the size that the format asks for. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);
  /** Bytes taken so far. */
  taken = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly this many bytes, or undefined at the end. @throws ArchiveError when it ends in the middle. */
  async read(size: number): Promise<Buffer | undefined> {
    const pieces: Buffer[] = [];
    let missing = size;
    while (missing > 0) {
      const piece = await this.#take(missing);
      if (piece === undefined) {
        if (missing === size) return undefined;
        throw cutOff();
      }
      missing -= piece.length;
      if (missing === 0 && pieces.length === 0) return piece;
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  /** Hands on exactly this many bytes. @throws ArchiveError when it ends before. */
  async pass(size: number, to: (piece: Buffer) => void): Promise<void> {
    let missing = size;
    while (missing > 0) {
      const piece = await this.#take(missing);
      if (piece === undefined) throw cutOff();
      missing -= piece.length;
      to(piece);
    }
  }

  /** Reads to the end, so that the checksum of the compression around it is verified too. */
  async drain(): Promise<void> {
    while ((await this.#take(Number.MAX_SAFE_INTEGER)) !== undefined);
  }

  async #take(most: number): Promise<Buffer | undefined> {
    while (this.#chunk.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return undefined;
      this.#chunk = next.value;
    }
    const piece = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(piece.length);
    this.taken += piece.length;
    return piece;
  }
}

function cutOff(): ArchiveError {
  return new ArchiveError('it is cut off: it ends in the middle of a member');
}
