import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type ArchiveEntry, ArchiveError, type ByteString, displayName } from './archive-entry.ts';
import { ByteReader } from './byte-reader.ts';
import { type PaxRecords, readPaxRecords, requireHarmless, sparse } from './pax-records.ts';
import { BLOCK, isZeroBlock, readTarHeader, type TarHeader } from './tar-header.ts';

/** More than any name or comment needs. */
const LONGEST_EXTENSION = 1024 * 1024;

const OTHERS: Readonly<Record<string, string>> = {
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a named pipe',
};

/**
 * Reads a tar archive to its end: ustar, GNU and pax headers, names as bytes, and the SHA-256 of every file.
 *
 * A reader of its own, not a library: what is checked here decides what root unpacks on a host, so anything that two
 * programs could read differently is refused instead of guessed.
 *
 * @throws ArchiveError
 */
export async function readTar(source: AsyncIterable<Buffer>): Promise<{
  readonly entries: readonly ArchiveEntry[];
  readonly tarSize: number;
  readonly needsPax: boolean;
}> {
  const reader = new ByteReader(source);
  const entries: ArchiveEntry[] = [];
  let before: Extensions = {};
  let needsPax = false;
  for (;;) {
    const block = await reader.read(BLOCK);
    if (block === undefined) throw new ArchiveError('it is cut off: it has no end mark');
    if (isZeroBlock(block)) break;
    const header = readTarHeader(block);
    const extension = await readExtension(header, reader);
    if (extension !== undefined) {
      before = { ...before, ...extension };
      continue;
    }
    const whole = applied(header, before);
    needsPax ||=
      before.pax !== undefined && !isDeepStrictEqual(whole, applied(header, { ...before, pax: {} }));
    entries.push(await readMember(whole, reader));
    before = {};
  }
  const last = await reader.read(BLOCK);
  if (last !== undefined && !isZeroBlock(last)) {
    throw new ArchiveError('it has a single zero block in the middle, which programs read differently');
  }
  await reader.drain();
  return { entries, tarSize: reader.taken, needsPax };
}

/** What came in headers of their own before a member. */
interface Extensions {
  readonly pax?: PaxRecords;
  readonly longName?: ByteString;
  readonly longLink?: ByteString;
}

async function readExtension(header: TarHeader, reader: ByteReader): Promise<Extensions | undefined> {
  const { typeflag } = header;
  if (!'xgLK'.includes(typeflag)) return undefined;
  if (header.size > LONGEST_EXTENSION) throw new ArchiveError('it has an extended header of more than 1 MiB');
  const data = (await reader.read(header.size)) ?? Buffer.alloc(0);
  await skipPadding(header.size, reader);
  if (data.length !== header.size) throw new ArchiveError('it is cut off: it ends in the middle of a header');
  if (typeflag === 'x') return { pax: readPaxRecords(data) };
  if (typeflag === 'g') {
    requireHarmless(data);
    return {};
  }
  const name = data.toString('latin1').replace(/\0+$/, '');
  if (name.includes('\0')) throw new ArchiveError('it has a name with a NUL byte');
  return typeflag === 'L' ? { longName: name } : { longLink: name };
}

function applied(header: TarHeader, { pax, longName, longLink }: Extensions): TarHeader {
  return {
    ...header,
    name: pax?.path ?? longName ?? header.name,
    linkname: pax?.linkpath ?? longLink ?? header.linkname,
    size: pax?.size ?? header.size,
    mtime: Math.floor(pax?.mtime ?? header.mtime),
  };
}

async function readMember(header: TarHeader, reader: ByteReader): Promise<ArchiveEntry> {
  const { name, mode, mtime, size, typeflag, linkname } = header;
  if (typeflag === 'S') throw sparse();
  // Before ustar a directory was a file whose name ends with a slash.
  if (typeflag === '0' && !(name.endsWith('/') && size === 0)) {
    const hash = createHash('sha256');
    await reader.pass(size, (piece) => hash.update(piece));
    await skipPadding(size, reader);
    return { name, type: 'file', mode, size, mtime, sha256: hash.digest('hex') };
  }
  if (size !== 0) {
    throw new ArchiveError(
      `${displayName(name)} is no file and yet has content, which programs read differently`,
    );
  }
  const base = { name, mode, mtime, size: 0 };
  if (typeflag === '5' || typeflag === '0') return { ...base, type: 'directory' };
  if (typeflag === '2') return { ...base, type: 'link', target: linkname };
  if (typeflag === '1') return { ...base, type: 'hardlink', target: linkname };
  return { ...base, type: 'other', what: OTHERS[typeflag] ?? `a member of the unknown type "${typeflag}"` };
}

async function skipPadding(size: number, reader: ByteReader): Promise<void> {
  await reader.pass((BLOCK - (size % BLOCK)) % BLOCK, () => {});
}
