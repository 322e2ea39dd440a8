import { type ByteString, toBytes } from '../artifacts/archive-entry.ts';
import type { PathState } from '../engine/effect.ts';
import { LookError } from '../engine/look.ts';
import { nameText } from './name-text.ts';

/**
 * What `stat -c` tells of a path. Names come last and are parted by a colon, the one character that none can hold: directories of
 * Windows have names with blanks.
 */
export const RECORD = '%f %u %g %s %Y %d:%i:%s:%y:%z|%U:%G';

/** What a host told of a path that is there. */
export interface Told {
  state(): PathState;
  /** A link's, all of one look at it. */
  readonly link: { readonly owner: string; readonly target: string } | undefined;
}

/**
 * Reads what paths.ts makes a host say of paths that are there, up to what is said of all of them.
 *
 * @throws LookError when it cannot be what was asked for.
 */
export function readTold(
  text: ByteString,
  paths: readonly string[],
): { readonly told: Told[]; readonly rest: ByteString } {
  if (paths.length === 0) return { told: [], rest: text };
  const pieces = text.split('\0');
  // No record and no name is like these two.
  const end = pieces.findIndex((piece) => piece === '=0' || piece === '=1');
  if (pieces[end] === '=0') {
    if (end !== paths.length) throw new LookError('stat did not tell of every path');
    const told = paths.map((path, index) => withName(pieces[index] as ByteString, path));
    return { told, rest: pieces.slice(end + 1).join('\0') };
  }
  const lines = pieces[end + 1]?.split('\n') ?? [];
  const names = pieces.slice(end + 2, end + 2 + paths.length);
  if (end < 0 || lines.length !== paths.length + 1 || names.length !== paths.length)
    throw new LookError('stat did not tell of every path');
  const told = paths.map((path, index) => {
    const link = readLink(names[index] as ByteString, path);
    return { state: () => readRecord(lines[index] as ByteString, link?.target), link };
  });
  return { told, rest: pieces.slice(end + 2 + paths.length).join('\0') };
}

/** Reads a record, a space and the path's name as `stat` tells it. */
function withName(text: ByteString, path: string): Told {
  const bytes = toBytes(path);
  const [record, target] = nameAndTarget(text, bytes) ?? [];
  if (record !== undefined && target !== undefined) {
    const state = readRecord(record, nameText(target));
    const link = state.type === 'link' ? { owner: state.owner, target: nameText(target) } : undefined;
    return { state: () => state, link };
  }
  const name = QUOTES.map((quote) => ` ${quote}${bytes}${quote}`).find((quoted) => text.endsWith(quoted));
  if (name === undefined) throw new LookError(`stat told of something else than ${path}`);
  const state = readRecord(text.slice(0, -name.length), undefined);
  return { state: () => state, link: undefined };
}

/** Reads `UID:NAME`, a space, and path and target. */
function readLink(piece: ByteString, path: string): Told['link'] {
  const [, uid, rest = ''] = /^(\d+):(.+)\n$/s.exec(piece) ?? [];
  const [name, target] = nameAndTarget(rest, toBytes(path)) ?? [];
  if (uid === undefined || name === undefined || target === undefined) return undefined;
  return { target: nameText(target), owner: name === 'UNKNOWN' ? uid : nameText(name) };
}

/**
 * Around names: nothing with GNU's `stat`, which is told so; what busybox and others have there, who escape nothing, or only what
 * is in hardly any name.
 */
const QUOTES = ['', "'", '"'];

/** Reads what stands before `PATH -> TARGET`, and the target. */
function nameAndTarget(text: ByteString, path: ByteString): readonly [ByteString, ByteString] | undefined {
  const found = QUOTES.map((quote) => {
    const separator = ` ${quote}${path}${quote} -> ${quote}`;
    return { at: text.indexOf(separator), separator, quote };
  }).filter(({ at, quote }) => at >= 0 && text.endsWith(quote));
  // The first: what comes behind it is in the target, which may be made to look like another one.
  const [first] = found.sort((one, other) => one.at - other.at);
  if (first === undefined) return undefined;
  const { at, separator, quote } = first;
  return [text.slice(0, at), text.slice(at + separator.length, text.length - quote.length)];
}

const TYPES: Readonly<Record<number, 'file' | 'directory' | 'link'>> = {
  8: 'file',
  4: 'directory',
  10: 'link',
};

function readRecord(record: ByteString, target: string | undefined): PathState & { readonly exists: true } {
  const match = /^([0-9a-f]+) (\d+) (\d+) (\d+) (-?\d+) ([^|]+)\|([^:]+):([^:]+)$/.exec(record);
  if (match === null)
    throw new LookError(`stat gave a line that cannot be read: ${JSON.stringify(nameText(record))}`);
  const [, raw, uid, gid, size, mtime, identity, user, team] = match as unknown as [string, ...string[]];
  const owner = user === 'UNKNOWN' ? (uid as string) : nameText(user as string);
  const group = team === 'UNKNOWN' ? (gid as string) : nameText(team as string);
  const bits = Number.parseInt(raw as string, 16);
  const type = TYPES[bits >> 12] ?? 'other';
  if (type === 'link' && target === undefined) throw new LookError('a link changed while it was looked at');
  return {
    exists: true,
    type,
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    owner,
    group,
    ids: { owner: { name: owner, id: Number(uid) }, group: { name: group, id: Number(gid) } },
    size: Number(size),
    mtime: Number(mtime),
    identity: identity as string,
    ...(type === 'link' && target !== undefined ? { target } : {}),
  };
}
