import { toBytes } from '../../artifacts/archive-entry.ts';
import type { ArchiveTree, TreeEntry } from '../../artifacts/archive-tree.ts';
import type { PresentPath, TreeIndex } from '../../engine/effect.ts';

/** The state that an entry of an archive will have on a host. */
export function entryState(entry: TreeEntry, owner: string, group: string): PresentPath {
  const { type, mode, size, mtime, target } = entry;
  return {
    exists: true,
    type,
    mode: mode.toString(8).padStart(4, '0'),
    owner,
    group,
    size,
    mtime,
    ...(target === undefined ? {} : { target: Buffer.from(target, 'latin1').toString('utf8') }),
  };
}

/** What an archive brings, for the steps after it. */
export function treeIndex(tree: ArchiveTree, owner: string, group: string): TreeIndex {
  return {
    get(relativePath) {
      const entry = tree.get(toBytes(relativePath));
      if (entry === undefined) return undefined;
      const { sha256 } = entry;
      return { state: entryState(entry, owner, group), ...(sha256 === undefined ? {} : { sha256 }) };
    },
  };
}
