import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeAtomically } from '../controller/atomic-write.ts';
import { cacheDirectory } from '../controller/directories.ts';

export interface FileHash {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Some execute bit is set. */
  readonly executable: boolean;
}

/** Hashing less than this is cheaper than remembering it. */
const WORTH_KEEPING = 1024 * 1024;
/** A change within one tick of the file system's clock leaves the time stamp as it is. */
const RACY_MS = 2_000n;

/**
 * The SHA-256 of a regular file of the controller. For large files it is remembered between runs for as long as path,
 * inode, size, modification and change time stay the same.
 *
 * @param options.trust use what was remembered; default true.
 * @throws the system's error when the file cannot be read, and when it changes while it is read.
 */
export async function hashFile(path: string, options: { readonly trust?: boolean } = {}): Promise<FileHash> {
  const before = await stat(path, { bigint: true });
  const identity = identityOf(before);
  const memory = join(cacheDirectory(), 'hashes', `${createHash('sha256').update(path).digest('hex')}.json`);
  const keeps = before.size >= WORTH_KEEPING;
  const remembered = keeps && options.trust !== false ? await recall(memory, path, identity) : undefined;
  const sha256 = remembered ?? (await digest(path));
  const after = remembered === undefined ? await stat(path, { bigint: true }) : before;
  if (identityOf(after) !== identity) throw new Error('the file changed while it was read');
  const settled = BigInt(Date.now()) - before.ctimeMs > RACY_MS;
  if (remembered === undefined && keeps && settled) await remember(memory, { path, identity, sha256 });
  return { sha256, size: Number(before.size), executable: (before.mode & 0o111n) !== 0n };
}

/** What changes when anything but a reader touches a file, or another takes its place. */
export async function fileIdentity(path: string): Promise<string> {
  return identityOf(await stat(path, { bigint: true }));
}

function identityOf(stats: BigIntStats): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

async function recall(memory: string, path: string, identity: string): Promise<string | undefined> {
  try {
    const kept = JSON.parse(await readFile(memory, 'utf8'));
    const { sha256 } = kept;
    if (kept.path !== path || kept.identity !== identity || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
    return sha256;
  } catch {
    return undefined;
  }
}

/** A memory that cannot be written costs time at the next run, nothing else. */
async function remember(memory: string, what: object): Promise<void> {
  await writeAtomically(memory, JSON.stringify(what)).catch(() => {});
}
