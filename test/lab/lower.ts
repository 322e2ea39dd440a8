import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeEntry } from './tree.ts';

/** What stands at a path in the layers below a host's upper directory. */
export interface LowerEntry {
  /** The layer it is in: the uppermost that has the path, the one that the overlay shows and copies from. */
  readonly layer: string;
  readonly entry: TreeEntry;
}

/** Looks a path up in the layers, the uppermost first; undefined when none has it. */
export async function lowerEntry(layers: readonly string[], path: string): Promise<LowerEntry | undefined> {
  for (const layer of layers) {
    const found = await lstat(join(layer, path), { bigint: true }).catch(() => undefined);
    if (found === undefined) continue;
    const kinds = [
      ['d', found.isDirectory()],
      ['l', found.isSymbolicLink()],
      ['c', found.isCharacterDevice()],
      ['b', found.isBlockDevice()],
      ['p', found.isFIFO()],
      ['s', found.isSocket()],
    ] as const;
    const entry = {
      type: kinds.find(([, is]) => is)?.[0] ?? 'f',
      mode: (found.mode & 0o7777n).toString(8),
      uid: String(found.uid),
      gid: String(found.gid),
      size: String(found.size),
      mtime: timeText(found.mtimeNs),
      ctime: timeText(found.ctimeNs),
      inode: String(found.ino),
    };
    return { layer, entry };
  }
  return undefined;
}

/** A time as find(1) prints it: seconds and ten digits of their fraction. */
function timeText(nanoseconds: bigint): string {
  const fraction = (nanoseconds % 1_000_000_000n).toString().padStart(9, '0');
  return `${nanoseconds / 1_000_000_000n}.${fraction}0`;
}
