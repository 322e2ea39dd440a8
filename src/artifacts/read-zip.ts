import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Entry, ZipFile } from 'yauzl';
import { type ArchiveEntry, ArchiveError, type ByteString, displayName, toBytes } from './archive-entry.ts';

/** "Version made by" of the ZIP specification (APPNOTE 4.4.2): the upper byte says whose attributes these are. */
const MADE_BY_UNIX = 3;
/** General purpose bit 11: the name is UTF-8. */
const NAME_IS_UTF8 = 0x800;
const TYPE_MASK = 0o170000;
const TYPE_LINK = 0o120000;
const TYPE_FILE = 0o100000;
const LONGEST_TARGET = 4096;

/**
 * Reads the central directory of a zip archive, and every file for its SHA-256.
 *
 * A zip has times without a time zone, so what an unzip makes of them depends on the host. All members therefore get
 * the newest time of a file as if it were UTC; the extraction sets it.
 *
 * @throws ArchiveError
 */
export async function readZip(path: string): Promise<readonly ArchiveEntry[]> {
  const { openPromise } = await import('yauzl');
  const zip = await damaged(openPromise(path, { strictFileNames: true, autoClose: false }));
  try {
    const entries: ArchiveEntry[] = [];
    const iterator = zip.eachEntry();
    for (;;) {
      const next = await damaged(iterator.next());
      if (next.done === true) break;
      entries.push(await readEntry(zip, next.value));
    }
    const files = entries.filter(({ type }) => type === 'file');
    const newest = files.reduce((latest, { mtime }) => Math.max(latest, mtime), 0);
    return entries.map((entry) => ({ ...entry, mtime: newest }));
  } finally {
    zip.close();
  }
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<ArchiveEntry> {
  const name = nameOf(entry);
  if (entry.isEncrypted()) throw new ArchiveError(`${displayName(name)} is encrypted`);
  const mtime = Math.floor(entry.getLastModDate({ timezone: 'UTC', forceDosFormat: true }).getTime() / 1000);
  const attributes = entry.versionMadeBy >> 8 === MADE_BY_UNIX ? entry.externalFileAttributes >>> 16 : 0;
  const mode = attributes & 0o7777;
  if (name.endsWith('/')) return { name, type: 'directory', mode: mode || 0o755, size: 0, mtime };
  const type = attributes & TYPE_MASK;
  if (type !== 0 && type !== TYPE_FILE && type !== TYPE_LINK) {
    return { name, type: 'other', mode, size: 0, mtime, what: 'neither file, directory nor link' };
  }
  const stream = await damaged(zip.openReadStreamPromise(entry));
  const hash = createHash('sha256');
  const pieces: Buffer[] = [];
  const size = entry.uncompressedSize;
  if (type === TYPE_LINK && size > LONGEST_TARGET) {
    throw new ArchiveError(
      `${displayName(name)} is a link with a target of more than ${LONGEST_TARGET} bytes`,
    );
  }
  await damaged(
    (async () => {
      for await (const piece of stream) {
        hash.update(piece as Buffer);
        if (type === TYPE_LINK) pieces.push(piece as Buffer);
      }
    })(),
  );
  if (type === TYPE_LINK) {
    const target = Buffer.concat(pieces).toString('latin1');
    return { name, type: 'link', mode: 0o777, size: 0, mtime, target };
  }
  return { name, type: 'file', mode: mode || 0o644, size, mtime, sha256: hash.digest('hex') };
}

function nameOf(entry: Entry): ByteString {
  const raw = entry.fileNameRaw.toString('latin1');
  // Also true where a Unicode field beside the name says that it is UTF-8.
  if (raw === toBytes(entry.fileName)) return raw;
  // zip on Unix writes the bytes of the name as they are, and unzip takes them so.
  if (entry.versionMadeBy >> 8 === MADE_BY_UNIX && isUtf8(entry.fileNameRaw)) return raw;
  if (/[\x80-\xff]/.test(raw) && (entry.generalPurposeBitFlag & NAME_IS_UTF8) === 0) {
    throw new ArchiveError(
      `the name ${displayName(raw)} is in an encoding that the archive does not tell: pack it with UTF-8 names`,
    );
  }
  return toBytes(entry.fileName);
}

/** yauzl rejects with plain errors for everything that is wrong with an archive. */
async function damaged<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw new ArchiveError(`it is damaged or of a kind that is not read: ${(error as Error).message}`);
  }
}
