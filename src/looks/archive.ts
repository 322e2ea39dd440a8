import { ArchiveError, type ArchiveFormat } from '../artifacts/archive-entry.ts';
import { summarize, type TreeSummary, wholeTree } from '../artifacts/archive-summary.ts';
import { type ArchiveTree, UnsafeArchive } from '../artifacts/archive-tree.ts';
import { hashFile } from '../artifacts/hash-file.ts';
import { type LocalLook, localLook } from '../engine/look.ts';
import { localReason } from './local-reason.ts';

/** An archive on the controller that was read, checked, and found safe to unpack: what can be said of it in short. */
export interface Archive extends TreeSummary {
  readonly kind: 'archive';
  readonly path: string;
  readonly format: ArchiveFormat;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** The same with everything that is in it. */
export interface WholeArchive extends Archive {
  readonly tree: ArchiveTree;
}

/** Cannot be read, is damaged, or should not be unpacked. */
interface Unusable {
  readonly kind: 'unusable';
  readonly reason: string;
}

export type ArchiveAnswer = Archive | Unusable;

/**
 * Asks for an archive of the controller, by absolute path: its hash, and the digest of the tree it leads to. Found out
 * once for the whole fleet.
 */
export function archiveLook(
  path: string,
  options: { readonly strip: number; readonly keep: readonly string[]; readonly deep: boolean },
): LocalLook<ArchiveAnswer> {
  return localLook(`archive:${JSON.stringify(options)}:${path}`, () => load(path, options));
}

/** Asks for everything in an archive: needed only where a host's tree is not as wanted. */
export function wholeArchiveLook(archive: Archive, strip: number): LocalLook<WholeArchive | Unusable> {
  const { path, sha256 } = archive;
  return localLook(`archive tree:${strip}:${sha256}:${path}`, () =>
    orUnusable(async () => {
      const now = await hashFile(path);
      if (now.sha256 !== sha256) return { kind: 'unusable', reason: 'it was replaced during the run' };
      return { ...archive, tree: await wholeTree(path, sha256, strip) };
    }),
  );
}

function load(
  path: string,
  { strip, keep, deep }: { readonly strip: number; readonly keep: readonly string[]; readonly deep: boolean },
): Promise<ArchiveAnswer> {
  return orUnusable(async () => {
    const { sha256, size } = await hashFile(path, { trust: !deep });
    return { kind: 'archive', path, sha256, size, ...(await summarize(path, sha256, strip, keep)) };
  });
}

async function orUnusable<Answer>(work: () => Promise<Answer>): Promise<Answer | Unusable> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ArchiveError) return { kind: 'unusable', reason: error.message };
    if (error instanceof UnsafeArchive)
      return { kind: 'unusable', reason: `it is not safe to unpack: ${error.message}` };
    return { kind: 'unusable', reason: localReason(error) };
  }
}
