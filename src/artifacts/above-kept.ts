import { toBytes } from './archive-entry.ts';
import type { ArchiveTree } from './archive-tree.ts';

/** The directories that lead to what is kept of a tree, as far as the archive has something to say about them. */
export interface AboveKept {
  /** Those that are not in the archive: they stay, with mode and owner, for what is kept needs them. */
  readonly absent: readonly string[];
  /** What the archive has there instead of a directory: nothing can be kept below it. */
  readonly blocked?: { readonly path: string; readonly type: 'file' | 'link'; readonly kept: string };
}

export function aboveKept(tree: ArchiveTree, keep: readonly string[]): AboveKept {
  const absent = new Set<string>();
  for (const kept of keep) {
    for (const path of directoriesAbove(kept)) {
      const entry = tree.get(toBytes(path));
      if (entry === undefined) absent.add(path);
      else if (entry.type !== 'directory') {
        return { absent: [], blocked: { path, type: entry.type, kept } };
      }
    }
  }
  return { absent: [...absent].sort() };
}

/** `a/b/c` has `a` and `a/b`. */
export function directoriesAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
