import type { ByteString } from './archive-entry.ts';
import type { ArchiveTree, TreeEntry } from './archive-tree.ts';
import { keptBy, type ListedEntry, type Listing } from './tree-listing.ts';

/** One path where a tree on a host is not what its archive says. */
export type TreeDifference =
  | { readonly kind: 'missing'; readonly path: ByteString; readonly entry: TreeEntry; readonly below: number }
  | { readonly kind: 'extra'; readonly path: ByteString; readonly entry: ListedEntry; readonly below: number }
  | {
      readonly kind: 'changed';
      readonly path: ByteString;
      readonly entry: TreeEntry;
      readonly attributes: readonly AttributeChange[];
    };

export interface AttributeChange {
  readonly attribute: 'type' | 'mode' | 'owner' | 'size' | 'mtime' | 'target' | 'content';
  readonly before: string | number;
  readonly after: string | number;
}

export interface TreeDiff {
  /** Sorted by path. What is below a missing or extra directory is counted there, not listed. */
  readonly differences: readonly TreeDifference[];
  /** Paths, with those below missing and extra directories. */
  readonly counts: { readonly missing: number; readonly extra: number; readonly changed: number };
}

/**
 * Compares a tree on a host with the tree of its archive.
 *
 * @param hashes of the files on the host, where they were compared by content.
 * @param owner the wanted `owner:group`, for messages.
 */
export function diffTree(
  tree: ArchiveTree,
  observed: { readonly listing?: Listing; readonly hashes?: ReadonlyMap<ByteString, string> },
  options: { readonly keep?: readonly string[]; readonly owner: string },
): TreeDiff {
  const skip = keptBy(options.keep ?? []);
  const differences: TreeDifference[] = [];
  const missing: ByteString[] = [];
  const extra: ByteString[] = [];
  for (const [path, entry] of tree) {
    if (skip(path)) continue;
    const found = observed.listing?.get(path);
    if (observed.listing !== undefined && found === undefined) {
      missing.push(path);
      continue;
    }
    const attributes = [
      ...(found === undefined ? [] : attributeChanges(entry, found, options.owner)),
      ...contentChange(entry, found, observed.hashes?.get(path)),
    ];
    if (attributes.length > 0) differences.push({ kind: 'changed', path, entry, attributes });
  }
  for (const path of observed.listing?.keys() ?? []) if (!tree.has(path) && !skip(path)) extra.push(path);
  const counts = { missing: missing.length, extra: extra.length, changed: differences.length };
  for (const [path, below] of topmost(missing)) {
    differences.push({ kind: 'missing', path, entry: tree.get(path) as TreeEntry, below });
  }
  for (const [path, below] of topmost(extra)) {
    differences.push({ kind: 'extra', path, entry: observed.listing?.get(path) as ListedEntry, below });
  }
  return { differences: differences.sort((a, b) => (a.path < b.path ? -1 : 1)), counts };
}

function attributeChanges(entry: TreeEntry, found: ListedEntry, owner: string): AttributeChange[] {
  if (entry.type !== found.type) return [{ attribute: 'type', before: found.type, after: entry.type }];
  const changes: AttributeChange[] = [];
  if (found.owner !== undefined) changes.push({ attribute: 'owner', before: found.owner, after: owner });
  if (entry.type !== 'link' && entry.mode !== found.mode) {
    changes.push({ attribute: 'mode', before: octal(found.mode), after: octal(entry.mode) });
  }
  if (entry.type === 'link' && entry.target !== found.target) {
    changes.push({ attribute: 'target', before: found.target ?? '', after: entry.target ?? '' });
  }
  if (entry.type !== 'file') return changes;
  if (entry.size !== found.size) {
    changes.push({ attribute: 'size', before: found.size ?? 0, after: entry.size });
  }
  if (entry.mtime !== found.mtime) {
    changes.push({ attribute: 'mtime', before: time(found.mtime ?? 0), after: time(entry.mtime) });
  }
  return changes;
}

function contentChange(
  entry: TreeEntry,
  found: ListedEntry | undefined,
  hash: string | undefined,
): AttributeChange[] {
  if (entry.type !== 'file' || entry.sha256 === undefined || hash === undefined) return [];
  if (found !== undefined && found.type !== 'file') return [];
  return hash === entry.sha256 ? [] : [{ attribute: 'content', before: hash, after: entry.sha256 }];
}

/** The paths that lie below no other of the paths, each with how many do. */
function topmost(paths: readonly ByteString[]): Map<ByteString, number> {
  const all = new Set(paths);
  const tops = new Map<ByteString, number>();
  for (const path of paths) {
    let top = path;
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const above = path.slice(0, at);
      if (!all.has(above)) break;
      top = above;
    }
    tops.set(top, (tops.get(top) ?? -1) + 1);
  }
  return tops;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function time(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace('.000', '');
}
