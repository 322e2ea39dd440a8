import { ArchiveError, type ByteString } from './archive-entry.ts';

/** A header block of a tar archive (POSIX.1-2001 ustar, GNU tar, and the older form without a magic word). */
export interface TarHeader {
  readonly name: ByteString;
  readonly mode: number;
  readonly size: number;
  readonly mtime: number;
  /** One character; `0` for a regular file. */
  readonly typeflag: string;
  readonly linkname: ByteString;
}

export const BLOCK = 512;

/** Tells whether a block is all zero: two of them end an archive. */
export function isZeroBlock(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

/** Reads a header block. @throws ArchiveError when the checksum or a number is wrong. */
export function readTarHeader(block: Buffer): TarHeader {
  if (number(block, 148, 8) !== checksum(block)) {
    throw new ArchiveError('it is damaged: a tar header has a wrong checksum');
  }
  const magic = block.toString('latin1', 257, 265);
  const isUstar = magic.startsWith('ustar\0');
  if (!isUstar && magic !== 'ustar  \0' && /[^\0 ]/.test(magic)) {
    throw new ArchiveError(
      `it is not a tar archive that is known: the magic word is ${JSON.stringify(magic)}`,
    );
  }
  const short = text(block, 0, 100);
  const prefix = isUstar ? text(block, 345, 155) : '';
  const flag = String.fromCharCode(block[156] ?? 0);
  return {
    name: prefix === '' ? short : `${prefix}/${short}`,
    mode: number(block, 100, 8) & 0o7777,
    size: number(block, 124, 12),
    mtime: number(block, 136, 12),
    typeflag: flag === '\0' || flag === '7' ? '0' : flag,
    linkname: text(block, 157, 100),
  };
}

function text(block: Buffer, start: number, length: number): ByteString {
  const end = block.indexOf(0, start);
  return block.toString('latin1', start, end < 0 || end > start + length ? start + length : end);
}

/** Octal digits, or a big-endian number with the top bit set (GNU's base-256, also for times before 1970). */
function number(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if ((first & 0x80) !== 0) {
    const bytes = Buffer.from(block.subarray(start, start + length));
    const negative = first === 0xff;
    if (!negative) bytes[0] = first & 0x7f;
    const value = BigInt(`0x${bytes.toString('hex')}`) - (negative ? 1n << BigInt(8 * length) : 0n);
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) throw badNumber();
    return Number(value);
  }
  const digits = block
    .toString('latin1', start, start + length)
    .replace(/[\0 ]+$/, '')
    .trimStart();
  if (!/^[0-7]*$/.test(digits)) throw badNumber();
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function badNumber(): ArchiveError {
  return new ArchiveError('it is damaged: a tar header holds something that is no number');
}

/** The sum of all bytes, with the checksum's own field taken as spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 32;
  for (let at = 0; at < BLOCK; at += 1) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}
