import { type FileHandle, open } from 'node:fs/promises';

/** Bytes read at once. */
const BLOCK = 256 * 1024;
/** Blocks of all files that nobody holds and that are kept for whoever comes next: as much as hosts lie apart, 32 MiB. */
const IDLE_BLOCKS = 128;

/**
 * Reads a file of the controller for several hosts at once. Those that are near the same place share one block of memory
 * and one reading of it; who lags behind reads for himself, and keeps nobody waiting. However many hosts there are, a
 * reader holds two blocks at most, and the memory of blocks is used again instead of being left to the collector: V8
 * answers every few megabytes of fresh buffers with a collection of everything.
 *
 * A chunk belongs to the reader until the next one is asked for; then it may be overwritten.
 *
 * @param size bytes to read; fewer come when the file has become shorter.
 * @param from where to begin.
 * @throws what the system says when the file cannot be read.
 */
export async function* readShared(
  path: string,
  size: number,
  from = 0,
): AsyncGenerator<Buffer, void, undefined> {
  const isWhole = from === 0;
  const file = SharedFile.of(path, isWhole);
  const end = from + size;
  let current: Block | undefined;
  let next = size > 0 ? file.take(from, end) : undefined;
  try {
    for (let at = from; next !== undefined; at += BLOCK) {
      current = next;
      next = at + BLOCK < end ? file.take(at + BLOCK, end) : undefined;
      const length = await current.filled;
      yield current.memory.subarray(0, length);
      if (length < Math.min(BLOCK, end - at)) return;
      file.giveBack(current);
      current = undefined;
    }
  } finally {
    for (const block of [current, next]) if (block !== undefined) file.giveBack(block);
    await file.leave(isWhole);
  }
}

interface Block {
  readonly file: SharedFile;
  readonly key: string;
  readonly memory: Buffer;
  /** Resolves with how many bytes are in it. */
  readonly filled: Promise<number>;
  users: number;
}

/** Memory of blocks that are not in use by any file. */
const spare: Buffer[] = [];

/** A file that is open as long as anybody reads it. */
class SharedFile {
  static readonly #files = new Map<string, SharedFile>();
  /** Blocks of all files that nobody holds; the one that has been idle for longest comes first. */
  static readonly #idle = new Set<Block>();
  readonly #path: string;
  readonly #handle: Promise<FileHandle>;
  readonly #blocks = new Map<string, Block>();
  #readers = 0;
  /** Those that began at its beginning. The ones of further parts, for one host, meet nobody. */
  #whole = 0;

  private constructor(path: string) {
    this.#path = path;
    this.#handle = open(path);
    // Whoever waits for a block hears of it.
    this.#handle.catch(() => {});
  }

  static of(path: string, isWhole: boolean): SharedFile {
    const file = SharedFile.#files.get(path) ?? new SharedFile(path);
    SharedFile.#files.set(path, file);
    file.#readers += 1;
    if (isWhole) file.#whole += 1;
    return file;
  }

  /** The block that begins at a place; it is not overwritten until it is given back. */
  take(at: number, end: number): Block {
    const length = Math.min(BLOCK, end - at);
    const key = `${at}+${length}`;
    const block = this.#blocks.get(key) ?? this.#read(key, at, length);
    block.users += 1;
    SharedFile.#idle.delete(block);
    return block;
  }

  giveBack(block: Block): void {
    block.users -= 1;
    if (block.users > 0) return;
    // Where nobody reads behind this one, no block is needed any more.
    if (this.#whole < 2) this.#forget(block);
    else SharedFile.#idle.add(block);
    for (const oldest of SharedFile.#idle) {
      if (SharedFile.#idle.size <= IDLE_BLOCKS) break;
      oldest.file.#forget(oldest);
    }
  }

  /** Closes the file behind its last reader. */
  async leave(isWhole: boolean): Promise<void> {
    this.#readers -= 1;
    if (isWhole) this.#whole -= 1;
    if (this.#readers > 0) return;
    SharedFile.#files.delete(this.#path);
    for (const block of this.#blocks.values()) this.#forget(block);
    await this.#handle.then(
      (handle) => handle.close(),
      () => {},
    );
  }

  #read(key: string, at: number, length: number): Block {
    const memory = spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK);
    const block: Block = { file: this, key, memory, filled: this.#fill(memory, at, length), users: 0 };
    block.filled.catch(() => {});
    this.#blocks.set(key, block);
    return block;
  }

  async #fill(memory: Buffer, at: number, length: number): Promise<number> {
    const handle = await this.#handle;
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(memory, filled, length - filled, at + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }

  #forget(block: Block): void {
    SharedFile.#idle.delete(block);
    this.#blocks.delete(block.key);
    // A reading that is still under way writes into its block.
    const recycle = (): void => {
      if (spare.length < IDLE_BLOCKS) spare.push(block.memory);
    };
    block.filled.then(recycle, recycle);
  }
}
