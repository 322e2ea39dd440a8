import type { ByteString } from './archive-entry.ts';
import type { ArchiveTree } from './archive-tree.ts';
import { keptBy } from './tree-listing.ts';

/** Bytes that the names may take in a script; a tree with more of them is listed instead. */
const MAX_BYTES = 96 * 1024;

/** A name that any shell and any character set take for what it is. */
const PLAIN = /^[\x20-\x7e]+$/;

/**
 * What stands for a tree while it is not listed: its directories, which tell of everything that was made, removed,
 * renamed or replaced in them, and its programs. Relative paths, the root being `.`; undefined when they are too many
 * or have unusual names.
 */
export function anchorsOf(tree: ArchiveTree, keep: readonly string[]): readonly string[] | undefined {
  const skip = keptBy(keep);
  const anchors: ByteString[] = [];
  let bytes = 0;
  for (const [path, { type, mode }] of tree) {
    if (skip(path) || !(type === 'directory' || (type === 'file' && (mode & 0o111) !== 0))) continue;
    bytes += path.length + 1;
    if (bytes > MAX_BYTES || !PLAIN.test(path)) return undefined;
    anchors.push(path);
  }
  return anchors.sort();
}
