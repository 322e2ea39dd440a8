import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { type LocalLook, localLook } from '../engine/look.ts';
import { fail, type View } from '../engine/view.ts';
import { localReason } from './local-reason.ts';

/** The largest controller file that a `file` step carries whole; larger ones are for `upload`. */
const LOCAL_FILE_LIMIT = 1024 * 1024;

/** A file on the controller. */
export type LocalFile =
  /** `reason` is for people: "there is no such file". */
  | { readonly exists: false; readonly reason: string }
  /** Larger than `LOCAL_FILE_LIMIT`: not read. */
  | { readonly exists: true; readonly size: number; readonly bytes?: undefined }
  | { readonly exists: true; readonly size: number; readonly sha256: string; readonly bytes: Uint8Array };

/** Asks for a small file on the controller, by absolute path. It is read once for the whole fleet. */
export function localFile(path: string): LocalLook<LocalFile> {
  return localLook(`local-file:${path}`, () => load(path));
}

/** Where a path of a playbook lies on the controller. */
export function controllerPath(view: View, path: string): string {
  return isAbsolute(path) ? path : resolve(view.baseDirectory, path);
}

/** The bytes of a small controller file; fails, before any host is asked, when there are none. */
export function requireLocalFile(view: View, path: string): Uint8Array {
  const place = controllerPath(view, path);
  const [found] = view.see(localFile(place));
  if (!found.exists) fail(`${path} cannot be read on the controller: ${found.reason} (${place})`);
  if (found.bytes === undefined) {
    fail(
      `${path} is larger than ${LOCAL_FILE_LIMIT / 1024 / 1024} MiB`,
      'use an "upload" step: it sends large files in pieces, and only when they differ',
    );
  }
  return found.bytes;
}

async function load(path: string): Promise<LocalFile> {
  try {
    const found = await stat(path);
    if (!found.isFile()) {
      return { exists: false, reason: found.isDirectory() ? 'it is a directory' : 'it is no regular file' };
    }
    if (found.size > LOCAL_FILE_LIMIT) return { exists: true, size: found.size };
    const bytes = await readFile(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { exists: true, size: bytes.length, sha256, bytes };
  } catch (error) {
    return { exists: false, reason: localReason(error) };
  }
}
