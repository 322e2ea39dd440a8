import { ArchiveError, type ByteString } from './archive-entry.ts';

/** What an extended header (pax, POSIX.1-2001) says of the member that follows it, as far as it matters here. */
export interface PaxRecords {
  readonly path?: ByteString;
  readonly linkpath?: ByteString;
  readonly size?: number;
  /** Seconds, with a fraction. */
  readonly mtime?: number;
}

/** Records that have no bearing on what is extracted by `tar` without further options. */
const HARMLESS =
  /^(?:atime|ctime|uid|gid|uname|gname|comment|charset|hdrcharset|SCHILY\..*|LIBARCHIVE\..*|RHT\..*|VENDOR\..*|MSWINDOWS\..*|[a-z]*\.?golang\..*)$/;

/**
 * Reads the records of an extended header. Strict: what is not understood is refused, so that the listing that was
 * checked here cannot differ from what the host's tar makes of it.
 *
 * @throws ArchiveError
 */
export function readPaxRecords(data: Buffer): PaxRecords {
  const records = new Map<string, ByteString>();
  let at = 0;
  while (at < data.length) {
    const space = data.indexOf(0x20, at);
    const length = Number(data.toString('latin1', at, space));
    const end = at + length;
    if (
      space < 0 ||
      !Number.isInteger(length) ||
      end > data.length ||
      data[end - 1] !== 0x0a ||
      space >= end
    ) {
      throw new ArchiveError('it is damaged: an extended tar header cannot be read');
    }
    const record = data.toString('latin1', space + 1, end - 1);
    const equals = record.indexOf('=');
    if (equals <= 0) throw new ArchiveError('it is damaged: an extended tar header cannot be read');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at = end;
  }
  return pick(records);
}

/** Global headers may only say harmless things (git writes its commit into one). */
export function requireHarmless(data: Buffer): void {
  if (Object.keys(readPaxRecords(data)).length > 0) {
    throw new ArchiveError(
      'its global header changes the names, sizes or times of members, which is not supported',
    );
  }
}

function pick(records: ReadonlyMap<string, ByteString>): PaxRecords {
  const found: { -readonly [Key in keyof PaxRecords]: PaxRecords[Key] } = {};
  for (const [key, value] of records) {
    if (key.startsWith('GNU.sparse.')) throw sparse();
    if (value.includes('\0')) throw new ArchiveError(`its extended header "${key}" holds a NUL byte`);
    if (key === 'path' || key === 'linkpath') found[key] = value;
    else if (key === 'size' || key === 'mtime') found[key] = decimal(key, value);
    else if (!HARMLESS.test(key)) {
      throw new ArchiveError(`its extended header has a record that is not known: ${JSON.stringify(key)}`);
    }
  }
  return found;
}

/** Sparse members are stored in forms that few programs read alike. */
export function sparse(): ArchiveError {
  return new ArchiveError('it holds sparse files, which are not supported: pack it without "--sparse"');
}

function decimal(key: string, value: string): number {
  if (!/^-?\d+(?:\.\d*)?$/.test(value) || !Number.isSafeInteger(Math.floor(Number(value)))) {
    throw new ArchiveError(`its extended header "${key}" holds something that is no number`);
  }
  return Number(value);
}
