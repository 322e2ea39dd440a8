import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { writeAtomically } from '../controller/atomic-write.ts';
import { cacheDirectory } from '../controller/directories.ts';
import { ArchiveError, type ArchiveIndex } from './archive-entry.ts';
import { detectFormat, openTar } from './decompress.ts';
import { fileIdentity, hashFile } from './hash-file.ts';
import { readTar } from './read-tar.ts';
import { readZip } from './read-zip.ts';

/** Raise it when what is kept, or how archives are read, changes. */
const VERSION = 1;

/**
 * Everything that is in an archive. Reading a large one takes seconds, so the result is kept on disk under the
 * archive's SHA-256: it is read once for each controller.
 *
 * @param sha256 of the archive, as just established.
 * @throws ArchiveError when it is damaged, not supported, or no longer what was hashed; the system's error when it cannot be read.
 */
export async function readArchive(path: string, sha256: string): Promise<ArchiveIndex> {
  const memory = join(cacheDirectory(), 'archives', `${sha256}.v${VERSION}.json.gz`);
  const remembered = await recall(memory);
  if (remembered !== undefined) return remembered;
  const before = await fileIdentity(path);
  const index = await read(path);
  // It was hashed earlier: what was read must be those bytes, above all when it is kept under their hash.
  const now = await hashFile(path);
  if (now.sha256 !== sha256 || (await fileIdentity(path)) !== before) {
    throw new ArchiveError('it was replaced while it was read');
  }
  // A memory that cannot be written costs time at the next run, nothing else.
  await writeAtomically(memory, gzipSync(JSON.stringify(index), { level: 1 })).catch(() => {});
  return index;
}

async function read(path: string): Promise<ArchiveIndex> {
  const format = await detectFormat(path);
  if (format === 'zip') return { format, entries: await readZip(path), tarSize: 0, needsPax: false };
  return { format, ...(await readTar(openTar(path, format))) };
}

async function recall(memory: string): Promise<ArchiveIndex | undefined> {
  try {
    const index: ArchiveIndex = JSON.parse(gunzipSync(await readFile(memory)).toString('utf8'));
    return Array.isArray(index.entries) && typeof index.needsPax === 'boolean' ? index : undefined;
  } catch {
    return undefined;
  }
}
