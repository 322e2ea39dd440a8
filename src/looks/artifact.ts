import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileHash, hashFile } from '../artifacts/hash-file.ts';
import { type LocalLook, localLook } from '../engine/look.ts';
import { localReason } from './local-reason.ts';

/** A file or folder of the controller that is to be sent, with the hash of everything in it. */
export type Artifact =
  | ({ readonly kind: 'file'; readonly path: string } & FileHash)
  | {
      readonly kind: 'folder';
      readonly path: string;
      /** Relative paths, sorted; a folder comes before what is in it. */
      readonly folders: readonly string[];
      readonly files: readonly (FileHash & { readonly relative: string; readonly path: string })[];
    }
  /** `reason` is for people: "there is no such file". */
  | { readonly kind: 'unusable'; readonly reason: string };

/**
 * Asks for a file or folder of the controller, by absolute path. It is hashed once for the whole fleet; large files
 * only when they have changed since an earlier run, unless `deep`.
 */
export function artifactLook(path: string, deep: boolean): LocalLook<Artifact> {
  return localLook(`artifact:${deep}:${path}`, () => load(path, deep));
}

async function load(path: string, deep: boolean): Promise<Artifact> {
  try {
    const found = await stat(path);
    if (found.isFile()) return { kind: 'file', path, ...(await hashFile(path, { trust: !deep })) };
    if (found.isDirectory()) return await loadFolder(path, deep);
    return { kind: 'unusable', reason: 'it is neither a file nor a directory' };
  } catch (error) {
    return { kind: 'unusable', reason: localReason(error) };
  }
}

async function loadFolder(path: string, deep: boolean): Promise<Artifact> {
  const folders: string[] = [];
  const files: (FileHash & { relative: string; path: string })[] = [];
  const pending = [''];
  for (let folder = pending.shift(); folder !== undefined; folder = pending.shift()) {
    for (const entry of await readdir(join(path, folder), { withFileTypes: true })) {
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (/[\n\ufffd]/.test(entry.name)) {
        return { kind: 'unusable', reason: `the name ${JSON.stringify(relative)} in it cannot be sent` };
      }
      if (entry.isDirectory()) {
        folders.push(relative);
        pending.push(relative);
      } else if (entry.isFile()) {
        const place = join(path, relative);
        files.push({ relative, path: place, ...(await hashFile(place, { trust: !deep })) });
      } else {
        const what = entry.isSymbolicLink() ? 'a symbolic link' : 'neither a file nor a directory';
        return {
          kind: 'unusable',
          reason: `${relative} in it is ${what}: only files and directories are sent`,
        };
      }
    }
  }
  return { kind: 'folder', path, folders: folders.sort(), files: files.sort(byRelative) };
}

function byRelative(a: { readonly relative: string }, b: { readonly relative: string }): number {
  return a.relative < b.relative ? -1 : 1;
}
