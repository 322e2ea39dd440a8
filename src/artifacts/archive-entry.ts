/**
 * The names in archives and on hosts are bytes, not text. Here they are strings with one character for each byte
 * (latin1), so that nothing is lost and sorting them sorts the bytes.
 */
export type ByteString = string;

export type ArchiveFormat = 'tar' | 'tar.gz' | 'tar.xz' | 'tar.zst' | 'zip';

/** One member of an archive, as it stands there: names are neither cleaned nor checked. */
export interface ArchiveEntry {
  readonly name: ByteString;
  readonly type: 'file' | 'directory' | 'link' | 'hardlink' | 'other';
  /** The permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  /** Bytes; 0 for all but files. */
  readonly size: number;
  /** Whole seconds since the epoch. */
  readonly mtime: number;
  /** Where a link leads, or which earlier member a hard link names. */
  readonly target?: ByteString;
  /** For files: of the content, lower-case hex. */
  readonly sha256?: string;
  /** For `other`: what it is, "a character device". */
  readonly what?: string;
}

/** Everything that is in an archive. */
export interface ArchiveIndex {
  readonly format: ArchiveFormat;
  readonly entries: readonly ArchiveEntry[];
  /** Bytes of the tar archive inside the compression; for zip 0. */
  readonly tarSize: number;
  /** Some name, size or time stands only in an extended (pax) header, which small tar programs pass over. */
  readonly needsPax: boolean;
}

/** The archive is damaged, or of a kind that is not read. The message says which and why. */
export class ArchiveError extends Error {}

/** Bytes as text for people: UTF-8 where they are that, with escapes for anything that is not. */
export function displayName(name: ByteString): string {
  const bytes = Buffer.from(name, 'latin1');
  const text = bytes.toString('utf8');
  const readable = Buffer.from(text, 'utf8').equals(bytes) ? text : name.replace(/[\x80-\xff]/g, escapeByte);
  return readable.replace(/[\x00-\x1f\x7f]/g, escapeByte);
}

/** Text as the bytes of its UTF-8 form. */
export function toBytes(text: string): ByteString {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Most names are, and then text and bytes are the same. */
export function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

function escapeByte(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
