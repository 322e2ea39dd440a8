import { closeSync, constants, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs';
import { fileProblem } from '../../documents/file-problem.ts';

/** Bytes. More than a million hosts have; a pipe without end has more. */
const MOST = 16 * 1024 * 1024;
/** Milliseconds for a pipe to end: what fills it (`<(ssh-keyscan …)`) may ask a network. */
const PATIENCE = 60_000;
/** Milliseconds between two looks into an empty pipe. */
const PAUSE = 20;

type ReadKnownHosts =
  | { readonly text: string; readonly missing?: true }
  /** Why it cannot be read. */
  | { readonly reason: string };

/**
 * Reads a known_hosts file. One that is not there knows nobody; any other trouble must not pass for that. A pipe is
 * read when it ends, and no device but the null device is: nothing is waited for without end.
 */
export function readKnownHosts(file: string): ReadKnownHosts {
  try {
    const stats = statSync(file);
    if (stats.isFIFO()) return readPipe(file);
    if (isNull(stats)) return { text: '' };
    if (!stats.isFile() && !stats.isDirectory()) return { reason: 'this is neither a file nor a pipe' };
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    const { code, message } = fileProblem(error, file);
    if (code === 'file-not-found') return { text: '', missing: true };
    return { reason: message.replace(/^.*?: /, '') };
  }
}

function isNull(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === statSync('/dev/null').rdev;
}

/** @param patience milliseconds. */
export function readPipe(file: string, patience: number = PATIENCE): ReadKnownHosts {
  // Otherwise opening waits for a writer.
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const ends = performance.now() + patience;
    const chunks: Buffer[] = [];
    for (let size = 0; size <= MOST; ) {
      const chunk = readSome(fd);
      if (chunk?.length === 0) {
        return size === 0
          ? { reason: 'the pipe is empty' }
          : { text: Buffer.concat(chunks).toString('utf8') };
      }
      if (performance.now() > ends) return { reason: 'the pipe does not end' };
      if (chunk === undefined) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
      else {
        chunks.push(chunk);
        size += chunk.length;
      }
    }
    return { reason: 'the pipe holds more than 16 MiB' };
  } finally {
    closeSync(fd);
  }
}

/** Empty at the end; undefined when there is nothing yet. */
function readSome(fd: number): Buffer | undefined {
  const buffer = Buffer.alloc(65_536);
  try {
    return buffer.subarray(0, readSync(fd, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}
