import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../controller/atomic-write.ts';
import { cacheDirectory } from '../controller/directories.ts';
import { type AboveKept, aboveKept } from './above-kept.ts';
import { anchorsOf } from './anchors.ts';
import type { ArchiveEntry, ArchiveFormat } from './archive-entry.ts';
import { type ArchiveTree, archiveTree } from './archive-tree.ts';
import { readArchive } from './read-archive.ts';
import { contentDigest, listingDigest } from './tree-listing.ts';

/** Raise it when what is kept, what counts as safe, or the canonical listing changes. */
const VERSION = 3;

/** An archive, and the tree that it leads to, in short: enough to tell whether a host has it. */
export interface TreeSummary {
  readonly format: ArchiveFormat;
  /** Bytes of the tar archive inside the compression. */
  readonly tarSize: number;
  /** Only a tar that reads extended (pax) headers unpacks it as it is meant. */
  readonly needsPax: boolean;
  /** The common directory that `strip` takes away; undefined when there is none, or more than one. */
  readonly top?: string;
  /** Digest of the canonical listing that the tree has on a host. */
  readonly listing: string;
  /** Digest over the contents of all files. */
  readonly contents: string;
  /** What stands for the tree on a host while it is not listed (anchors.ts). */
  readonly anchors?: readonly string[];
  /** Where what is kept lies in it. */
  readonly aboveKept: AboveKept;
  /** Regular files in it. */
  readonly files: number;
  /** Bytes of the files. */
  readonly bytes: number;
}

/**
 * Reads an archive, checks every member, and sums it up. The entries of a large one take a tenth of a second even when
 * they are remembered, so what they sum up to is kept under the archive's SHA-256 too.
 *
 * @param sha256 of the archive, as just established.
 * @throws UnsafeArchive, and what `readArchive` throws.
 */
export async function summarize(
  path: string,
  sha256: string,
  strip: number,
  keep: readonly string[],
): Promise<TreeSummary> {
  const asked = createHash('sha256')
    .update(JSON.stringify([strip, keep]))
    .digest('hex')
    .slice(0, 16);
  const memory = join(cacheDirectory(), 'archives', `${sha256}.${asked}.v${VERSION}.json`);
  const remembered = await recall(memory);
  if (remembered !== undefined) return remembered;
  const { entries, format, tarSize, needsPax } = await readArchive(path, sha256);
  const tree = archiveTree({ entries }, strip);
  const top = commonTop(entries, strip);
  const files = [...tree.values()].filter(({ type }) => type === 'file');
  const anchors = anchorsOf(tree, keep);
  const summary: TreeSummary = {
    format,
    tarSize,
    needsPax,
    ...(top === undefined ? {} : { top }),
    listing: listingDigest(tree, keep),
    contents: contentDigest(tree, keep),
    ...(anchors === undefined ? {} : { anchors }),
    aboveKept: aboveKept(tree, keep),
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.size, 0),
  };
  // A memory that cannot be written costs time at the next run, nothing else.
  await writeAtomically(memory, JSON.stringify(summary)).catch(() => {});
  return summary;
}

/** Everything in the tree that an archive leads to; throws as `summarize` does. */
export async function wholeTree(path: string, sha256: string, strip: number): Promise<ArchiveTree> {
  return archiveTree(await readArchive(path, sha256), strip);
}

async function recall(memory: string): Promise<TreeSummary | undefined> {
  try {
    const kept = JSON.parse(await readFile(memory, 'utf8')) as TreeSummary;
    const whole =
      [kept.listing, kept.contents].every((digest) => /^[0-9a-f]{64}$/.test(digest)) &&
      [kept.tarSize, kept.files, kept.bytes].every((number) => Number.isSafeInteger(number)) &&
      Array.isArray(kept.aboveKept.absent) &&
      (kept.anchors === undefined || Array.isArray(kept.anchors)) &&
      typeof kept.format === 'string' &&
      typeof kept.needsPax === 'boolean';
    return whole ? kept : undefined;
  } catch {
    return undefined;
  }
}

function commonTop(entries: readonly ArchiveEntry[], strip: number): string | undefined {
  const tops = new Set(
    entries.map(({ name }) => {
      const parts = name.split('/').filter((part) => part !== '' && part !== '.');
      return parts.slice(0, strip).join('/');
    }),
  );
  const [top, ...others] = [...tops].filter((one) => one.split('/').length === strip && one !== '');
  return others.length === 0 && top !== undefined ? Buffer.from(top, 'latin1').toString('utf8') : undefined;
}
