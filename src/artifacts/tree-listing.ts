import { createHash } from 'node:crypto';
import { type ByteString, toBytes } from './archive-entry.ts';
import type { ArchiveTree, TreeEntry } from './archive-tree.ts';

/**
 * The canonical listing of a tree: what the host's `find` and `stat` print for a directory (looks/tree-script.ts), and
 * what is computed here from an archive. Equal listings mean equal trees, so one digest proves 13,600 files.
 *
 *     81a4 = 1614 1795248614 ./src/fmt/print.go     file: raw mode, owner, size, mtime, path
 *     41ed = ./src/fmt                              directory: its size and mtime are the file system's affair
 *     a1ff = 9 ./bin/gofmt ../gofmt                 link: size of the target, path, target
 *
 * Raw modes are st_mode in hex. The owner is `=` where it is the wanted one, else `uid:gid`. Lines are sorted by
 * bytes, each ended by a newline.
 */
export interface ListedEntry {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly mode: number;
  /** `uid:gid` where the owner is not the wanted one. */
  readonly owner?: string;
  readonly size?: number;
  readonly mtime?: number;
  readonly target?: ByteString;
}

/** A tree as it is on a host. */
export type Listing = ReadonlyMap<ByteString, ListedEntry>;

const TYPE_BITS = { file: 0o100000, directory: 0o040000, link: 0o120000 } as const;
const TYPES: Readonly<Record<number, ListedEntry['type']>> = { 8: 'file', 4: 'directory', 10: 'link' };

/** Tells which paths of a tree are left alone: those given and all below them. */
export function keptBy(keep: readonly string[]): (path: ByteString) => boolean {
  const kept = keep.map(toBytes);
  return (path) => kept.some((one) => path === one || path.startsWith(`${one}/`));
}

/** The digest of the canonical listing that a tree must have on a host, lower-case hex. */
export function listingDigest(tree: ArchiveTree, keep: readonly string[] = []): string {
  const skip = keptBy(keep);
  return digestOf([...tree].filter(([path]) => !skip(path)).map(([path, entry]) => line(path, entry)));
}

/** The digest over the contents: lines `SHA-256  ./path` of all files, sorted by bytes. */
export function contentDigest(tree: ArchiveTree, keep: readonly string[] = []): string {
  const skip = keptBy(keep);
  const files = [...tree].filter(([path, { type }]) => type === 'file' && !skip(path));
  return digestOf(files.map(([path, { sha256 }]) => `${sha256}  ./${path}`));
}

function line(path: ByteString, { type, mode, size, mtime, target }: TreeEntry): ByteString {
  const raw = (TYPE_BITS[type] | mode).toString(16);
  const place = path === '.' ? '.' : `./${path}`;
  if (type === 'directory') return `${raw} = ${place}`;
  if (type === 'link') return `${raw} = ${size} ${place} ${target}`;
  return `${raw} = ${size} ${mtime} ${place}`;
}

function digestOf(lines: ByteString[]): string {
  const text = lines.length === 0 ? '' : `${lines.sort().join('\n')}\n`;
  return createHash('sha256').update(text, 'latin1').digest('hex');
}

/** Reads a canonical listing. A line that is none (a name with a newline) counts as something extra. */
export function readListing(lines: readonly ByteString[]): Listing {
  return new Map(lines.map(readLine));
}

function readLine(text: ByteString): readonly [ByteString, ListedEntry] {
  const [, raw = '', owner, rest = ''] = /^([0-9a-f]+) (=|\d+:\d+) (.*)$/s.exec(text) ?? [];
  const bits = Number.parseInt(raw, 16);
  const type = TYPES[bits >> 12] ?? 'other';
  const base = { type, mode: bits & 0o7777, ...(owner === undefined || owner === '=' ? {} : { owner }) };
  if (type === 'directory' && /^\.(\/|$)/.test(rest)) return [relative(rest), base];
  if (type === 'link') {
    const [, size = '', both = ''] = /^(\d+) (\.\/.*)$/s.exec(rest) ?? [];
    const cut = both.length - Number(size);
    if (both[cut - 1] === ' ') {
      return [relative(both.slice(0, cut - 1)), { ...base, size: Number(size), target: both.slice(cut) }];
    }
  }
  const [, size, mtime, path] = /^(\d+) (-?\d+) (\.\/.*)$/s.exec(rest) ?? [];
  if (path === undefined) return [text, { type: 'other', mode: 0 }];
  return [relative(path), { ...base, size: Number(size), mtime: Number(mtime) }];
}

/** Reads lines of `sha256sum`: the hash of each file by path. */
export function readHashes(lines: readonly ByteString[]): ReadonlyMap<ByteString, string> {
  return new Map(lines.map((text): [ByteString, string] => [relative(text.slice(66)), text.slice(0, 64)]));
}

function relative(path: ByteString): ByteString {
  return path === '.' ? '.' : path.slice(2);
}
