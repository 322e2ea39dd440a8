import type { ArchiveEntry, ArchiveIndex, ByteString } from './archive-entry.ts';
import { displayName } from './archive-entry.ts';
import { linkProblem } from './link-check.ts';

/** What will be at one path below the directory that an archive is extracted to. */
export interface TreeEntry {
  readonly type: 'file' | 'directory' | 'link';
  /** Permission bits. */
  readonly mode: number;
  /** Bytes; for links of the target; 0 for directories. */
  readonly size: number;
  readonly mtime: number;
  readonly target?: ByteString;
  readonly sha256?: string;
}

/** The tree that an archive leads to, by path relative to its root; the root itself is `.`. */
export type ArchiveTree = ReadonlyMap<ByteString, TreeEntry>;

/** An archive that root would better not unpack, and why. */
export class UnsafeArchive extends Error {}

/** The mode of directories that the archive implies but does not list. */
const IMPLIED: TreeEntry = { type: 'directory', mode: 0o755, size: 0, mtime: 0 };

/**
 * The tree that extracting leads to, after a check of every member: no absolute names, no `..`, no links that leave
 * the tree, no members behind links, no devices, no setuid or setgid bits, no name twice, no newline or other control character in a name.
 *
 * @param strip leading directories to leave away, as with `tar --strip-components`.
 * @throws UnsafeArchive with the name of the member.
 */
export function archiveTree(index: Pick<ArchiveIndex, 'entries'>, strip: number): ArchiveTree {
  const tree = new Map<ByteString, TreeEntry>();
  const full = new Map<ByteString, TreeEntry>();
  for (const entry of index.entries) {
    const parts = partsOf(entry.name);
    const state = stateOf(entry, full);
    const name = parts.join('/');
    if (full.has(name)) throw unsafe(entry, 'is in it twice');
    full.set(name, state);
    const rest = parts.slice(strip);
    if (rest.length === 0) {
      if (entry.type !== 'directory') throw unsafe(entry, `would be left out by "strip: ${strip}"`);
      if (parts.length === strip) tree.set('.', state);
      continue;
    }
    const path = rest.join('/');
    if (tree.has(path)) throw unsafe(entry, `is in it twice after "strip: ${strip}"`);
    tree.set(path, state);
  }
  addImplied(tree);
  checkPlaces(tree);
  return tree;
}

function partsOf(name: ByteString): readonly string[] {
  const what = { name };
  if (name === '') throw unsafe(what, 'is an empty name');
  if (name.startsWith('/')) throw unsafe(what, 'is an absolute name');
  if (/[\x00-\x1f\x7f]/.test(name)) throw unsafe(what, 'has a control character in its name');
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw unsafe(what, 'leads out of the tree with ".."');
  return parts;
}

function stateOf(entry: ArchiveEntry, before: ReadonlyMap<ByteString, TreeEntry>): TreeEntry {
  const { type, mode, size, mtime, target = '', sha256 } = entry;
  if (type === 'other') throw unsafe(entry, `is ${entry.what}`);
  if (type === 'link') {
    if (target === '' || target.includes('\n')) throw unsafe(entry, 'is a link with an unusable target');
    return { type, mode: 0o777, size: target.length, mtime, target };
  }
  if (type === 'hardlink') {
    const linked = before.get(partsOf(target).join('/'));
    if (linked === undefined || linked.type === 'directory') {
      throw unsafe(entry, `is a hard link to ${displayName(target)}, which is no member before it`);
    }
    return linked;
  }
  if ((mode & 0o6000) !== 0) throw unsafe(entry, 'has the setuid or setgid bit');
  return { type, mode, size, mtime, ...(sha256 === undefined ? {} : { sha256 }) };
}

function addImplied(tree: Map<ByteString, TreeEntry>): void {
  for (const path of [...tree.keys()]) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const above = path.slice(0, at);
      if (tree.has(above)) break;
      tree.set(above, IMPLIED);
    }
  }
  if (!tree.has('.')) tree.set('.', IMPLIED);
}

function checkPlaces(tree: ArchiveTree): void {
  for (const [path, entry] of tree) {
    const slash = path.lastIndexOf('/');
    const above = slash < 0 ? undefined : tree.get(path.slice(0, slash));
    if (above !== undefined && above.type !== 'directory') {
      throw unsafe({ name: path }, `lies below something that is a ${above.type}`);
    }
    const problem = entry.type === 'link' ? linkProblem(tree, path) : undefined;
    if (problem !== undefined) throw unsafe({ name: path }, problem);
  }
}

function unsafe({ name }: { readonly name: ByteString }, why: string): UnsafeArchive {
  return new UnsafeArchive(`${displayName(name) || '""'} ${why}`);
}
