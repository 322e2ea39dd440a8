import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectory } from './make-directory.ts';

/**
 * Writes a file of the controller beside its place and renames it: readers see the old bytes or the new ones, never
 * half. Directories that are missing are made, for this user alone. Rejects with the system's error.
 */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  makeDirectory(dirname(path));
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
