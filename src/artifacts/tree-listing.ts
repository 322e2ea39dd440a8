import { createHash } from 'node:crypto';
import { type ByteString, toBytes } from './archive-entry.ts';
import type { ArchiveTree, TreeEntry } from './archive-tree.ts';

/**
 * The canonical listing of a tree: what the host's `find` and `stat` print for a directory (looks/tree-script.ts), and
 * what is computed here from an archive. Equal listings mean equal trees, so one digest proves 13,600 files.
 *
 *     1795248614 = 644 1614 ./src/fmt/print.go     file: mtime, owner, mode, size, path
 *     d = 755 ./src/fmt                            directory: its size and mtime are the file system's affair
 *     l = 8 ./bin/gofmt ../gofmt                   link: size of the target, path, target
 *     o = 644 ./pipe                               anything else, which no archive brings: names with a newline too,
 *                                                  which is written as a byte 1
 *
 * Modes are octal. The owner is `=` where it is the wanted one, else `.`, perhaps a fraction of the second, and
 * `uid:gid`. Lines are sorted by bytes, each ended by a newline.
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

const TYPES: Readonly<Record<string, ListedEntry['type']>> = { d: 'directory', l: 'link', o: 'other' };

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
  const octal = mode.toString(8);
  const place = path === '.' ? '.' : `./${path}`;
  if (type === 'directory') return `d = ${octal} ${place}`;
  if (type === 'link') return `l = ${size} ${place} ${target}`;
  return `${mtime} = ${octal} ${size} ${place}`;
}

function digestOf(lines: ByteString[]): string {
  const text = lines.length === 0 ? '' : `${lines.sort().join('\n')}\n`;
  return createHash('sha256').update(text, 'latin1').digest('hex');
}

/** Reads a canonical listing. A line that is none (a link's target with a newline) counts as something extra. */
export function readListing(lines: readonly ByteString[]): Listing {
  return new Map(lines.map(readLine));
}

function readLine(text: ByteString): readonly [ByteString, ListedEntry] {
  const [, first = '', owner, number = '', rest = ''] =
    /^([dlo]|-?\d+)(?: =|\.\d* (\d+:\d+)) (\d+) (.*)$/s.exec(text) ?? [];
  const type = TYPES[first] ?? 'file';
  const base = { type, ...(owner === undefined ? {} : { owner }) };
  const mode = Number.parseInt(number, 8);
  if ((type === 'directory' || type === 'other') && /^\.(\/|$)/.test(rest))
    return [relative(type === 'other' ? rest.replaceAll('\x01', '\n') : rest), { ...base, mode }];
  if (type === 'link') {
    const cut = rest.length - Number(number);
    if (rest[cut - 1] === ' ' && rest.startsWith('./')) {
      return [
        relative(rest.slice(0, cut - 1)),
        { ...base, mode: 0o777, size: Number(number), target: rest.slice(cut) },
      ];
    }
  }
  const [, size, path] = /^(\d+) (\.\/.*)$/s.exec(rest) ?? [];
  if (first === '' || path === undefined) return [text, { type: 'other', mode: 0 }];
  return [relative(path), { ...base, mode, size: Number(size), mtime: Number(first) }];
}

/** Reads lines of `sha256sum`: the hash of each file by path. */
export function readHashes(lines: readonly ByteString[]): ReadonlyMap<ByteString, string> {
  return new Map(lines.map((text): [ByteString, string] => [relative(text.slice(66)), text.slice(0, 64)]));
}

function relative(path: ByteString): ByteString {
  return path === '.' ? '.' : path.slice(2);
}
