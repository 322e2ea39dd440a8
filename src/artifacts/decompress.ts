import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable, type Transform } from 'node:stream';
import zlib, { createGunzip } from 'node:zlib';
import { ArchiveError, type ArchiveFormat } from './archive-entry.ts';

const SIGNATURES: readonly (readonly [ArchiveFormat, number, string])[] = [
  ['tar.gz', 0, '\x1f\x8b'],
  ['tar.xz', 0, '\xfd7zXZ\0'],
  ['tar.zst', 0, '\x28\xb5\x2f\xfd'],
  ['zip', 0, 'PK\x03\x04'],
  ['zip', 0, 'PK\x05\x06'],
  ['tar', 257, 'ustar'],
];

/** What an archive is, by its first bytes: names lie. @throws ArchiveError when it is none that is known. */
export async function detectFormat(path: string): Promise<ArchiveFormat> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(512);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const text = head.toString('latin1', 0, bytesRead);
    const found = SIGNATURES.find(([, at, signature]) => text.startsWith(signature, at));
    if (found !== undefined) return found[0];
  } finally {
    await file.close();
  }
  throw new ArchiveError('it is no archive that is known: tar, tar.gz, tar.xz, tar.zst or zip');
}

/**
 * The tar archive inside the compression, as a stream. gzip (and zstd where Node has it) are read here; xz and zstd
 * by the controller's own programs. The stream fails with an ArchiveError when the archive is damaged or the program
 * is missing.
 */
export function openTar(path: string, format: ArchiveFormat): AsyncIterable<Buffer> {
  if (format === 'tar') return createReadStream(path, { highWaterMark: 1024 * 1024 });
  if (format === 'tar.gz') return throughZlib(path, createGunzip({ chunkSize: 256 * 1024 }));
  if (format === 'tar.xz') return throughProgram(path, 'xz', 'xz-utils');
  if (format === 'tar.zst') {
    const native = (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress;
    return native === undefined ? throughProgram(path, 'zstd', 'zstd') : throughZlib(path, native());
  }
  throw new ArchiveError('a zip archive holds no tar archive');
}

async function* throughZlib(path: string, decompress: Transform): AsyncIterable<Buffer> {
  // Errors of either stream end the iteration below.
  pipeline(createReadStream(path, { highWaterMark: 256 * 1024 }), decompress, () => {});
  try {
    for await (const chunk of decompress) yield chunk as Buffer;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') === true || code?.startsWith('ZSTD_') === true) {
      throw new ArchiveError(`it is damaged: ${message}`);
    }
    throw error;
  } finally {
    decompress.destroy();
  }
}

async function* throughProgram(path: string, program: string, packageName: string): AsyncIterable<Buffer> {
  const source = await open(path);
  const child = spawn(program, ['-dc'], { stdio: [source.fd, 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<number | Error>((resolve) => {
    child.on('error', resolve);
    child.on('close', (code) => resolve(code ?? 1));
  });
  try {
    for await (const chunk of child.stdout as Readable) yield chunk as Buffer;
    const status = await ended;
    if (status instanceof Error) {
      const missing = (status as NodeJS.ErrnoException).code === 'ENOENT';
      throw new ArchiveError(
        missing
          ? `reading it needs the program "${program}" on this machine (package ${packageName})`
          : `"${program}" could not be run: ${status.message}`,
      );
    }
    if (status !== 0) throw new ArchiveError(`it is damaged: ${Buffer.concat(said).toString('utf8').trim()}`);
  } finally {
    child.kill();
    await source.close();
  }
}
