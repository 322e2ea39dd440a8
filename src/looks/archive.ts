import { type ArchiveEntry, ArchiveError, type ArchiveFormat } from '../artifacts/archive-entry.ts';
import { type ArchiveTree, archiveTree, UnsafeArchive } from '../artifacts/archive-tree.ts';
import { hashFile } from '../artifacts/hash-file.ts';
import { readArchive } from '../artifacts/read-archive.ts';
import { contentDigest, listingDigest } from '../artifacts/tree-listing.ts';
import { type LocalLook, localLook } from '../engine/look.ts';
import { localReason } from './artifact.ts';

/** An archive on the controller that was read, checked, and found safe to unpack. */
export interface Archive {
  readonly kind: 'archive';
  readonly path: string;
  readonly format: ArchiveFormat;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes of the tar archive inside the compression. */
  readonly tarSize: number;
  /** Only a tar that reads extended (pax) headers unpacks it as it is meant. */
  readonly needsPax: boolean;
  readonly tree: ArchiveTree;
  /** The common directory that `strip` takes away; undefined when there is none, or more than one. */
  readonly top?: string;
  /** Digest of the canonical listing that the tree has on a host. */
  readonly listing: string;
  /** Digest over the contents of all files. */
  readonly contents: string;
  /** Regular files in it. */
  readonly files: number;
  /** Bytes of the files. */
  readonly bytes: number;
}

export type ArchiveAnswer =
  | Archive
  /** Cannot be read, is damaged, or should not be unpacked. */
  | { readonly kind: 'unusable'; readonly reason: string };

/**
 * Asks for an archive of the controller, by absolute path: its hash, and the tree it leads to. Found out once for the
 * whole fleet.
 */
export function archiveLook(
  path: string,
  options: { readonly strip: number; readonly keep: readonly string[]; readonly deep: boolean },
): LocalLook<ArchiveAnswer> {
  return localLook(`archive:${JSON.stringify(options)}:${path}`, () => load(path, options));
}

async function load(
  path: string,
  { strip, keep, deep }: { readonly strip: number; readonly keep: readonly string[]; readonly deep: boolean },
): Promise<ArchiveAnswer> {
  try {
    const { sha256, size } = await hashFile(path, { trust: !deep });
    const index = await readArchive(path, sha256);
    const tree = archiveTree(index, strip);
    const top = commonTop(index.entries, strip);
    const files = [...tree.values()].filter(({ type }) => type === 'file');
    return {
      kind: 'archive',
      path,
      format: index.format,
      sha256,
      size,
      tarSize: index.tarSize,
      needsPax: index.needsPax,
      tree,
      ...(top === undefined ? {} : { top }),
      listing: listingDigest(tree, keep),
      contents: contentDigest(tree, keep),
      files: files.length,
      bytes: files.reduce((sum, file) => sum + file.size, 0),
    };
  } catch (error) {
    if (error instanceof ArchiveError) return { kind: 'unusable', reason: error.message };
    if (error instanceof UnsafeArchive)
      return { kind: 'unusable', reason: `it is not safe to unpack: ${error.message}` };
    return { kind: 'unusable', reason: localReason(error) };
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
