import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** One file as the kernel describes it. Times are text with nanoseconds: they are compared, never computed with. */
export interface TreeEntry {
  /**
   * As find(1) names it: f, d, l, c, b, p, s. And two of the overlay's own: `w` marks a deleted file, `u` is a
   * directory that is as untouched as in the layer below, and stands here only because of something inside it.
   */
  readonly type: string;
  readonly mode: string;
  readonly uid: string;
  readonly gid: string;
  readonly size: string;
  readonly mtime: string;
  readonly ctime: string;
  readonly inode: string;
}

/** All files of one file system below a directory, by path relative to it; the directory itself is ''. */
export type Tree = ReadonlyMap<string, TreeEntry>;

const FORMAT = '%H\\t%y\\t%m\\t%U\\t%G\\t%s\\t%T@\\t%C@\\t%i\\t%D\\t%P\\0';

/**
 * Reads the trees below some directories, without the file systems mounted inside them. Files that vanish meanwhile
 * are left out, and so is a directory that is not there.
 */
export async function readTrees(directories: readonly string[]): Promise<ReadonlyMap<string, Tree>> {
  // The slash at the end makes find enter the directory also where its path ends in a link, as in /proc/1/root.
  const starts = new Map(directories.map((directory) => [`${directory}/`, directory]));
  const ran = await run(['find', ...starts.keys(), '-xdev', '-printf', FORMAT], {
    env: { PATH: process.env.PATH },
  });
  const trees = new Map<string, Map<string, TreeEntry>>();
  const devices = new Map<string, string>();
  for (const line of ran.stdout.split('\0')) {
    if (line === '') continue;
    const [start, type, mode, uid, gid, size, mtime, ctime, inode, device, ...path] = line.split('\t');
    const directory = starts.get(start!)!;
    if (!trees.has(directory)) {
      trees.set(directory, new Map());
      devices.set(directory, device!);
    }
    if (devices.get(directory) !== device) continue; // a mount point, described by what is mounted there
    const name = path.join('\t');
    const whiteout = type === 'c' && (await isWhiteout(join(directory, name)));
    trees.get(directory)!.set(name, {
      type: whiteout ? 'w' : type!,
      mode: mode!,
      uid: uid!,
      gid: gid!,
      size: size!,
      mtime: mtime!,
      ctime: ctime!,
      inode: inode!,
    });
  }
  return trees;
}

/** The overlay file system marks a deleted file of a lower layer by a device 0/0 of the same name. */
async function isWhiteout(file: string): Promise<boolean> {
  return lstat(file).then(
    (found) => found.rdev === 0,
    () => false,
  );
}

/**
 * The paths that are not the same in two readings of a tree: content or metadata changed, created, or gone.
 *
 * Not counted: the change time alone of a directory into which the overlay has just copied a file of a lower layer
 * up, because it marks that directory for its own use; and times of devices, which change when they are written to.
 */
export function changedPaths(before: Tree, after: Tree): readonly string[] {
  const parentsOfNew = new Set<string>();
  for (const path of after.keys()) {
    if (!before.has(path)) parentsOfNew.add(parentOf(path));
  }
  const changed: string[] = [];
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(path);
    const now = after.get(path);
    if (now?.type === 'u' && (old === undefined || old.type === 'u')) continue;
    if (old === undefined || now === undefined || differs(old, now, parentsOfNew.has(path)))
      changed.push(path);
  }
  return changed.sort();
}

function differs(old: TreeEntry, now: TreeEntry, copiedInto: boolean): boolean {
  const same = (...fields: readonly (keyof TreeEntry)[]): boolean =>
    fields.every((name) => old[name] === now[name]);
  if (!same('type', 'mode', 'uid', 'gid', 'inode')) return true;
  if (now.type === 'c' || now.type === 'b') return false;
  if (now.type === 'd') return !same('mtime') || !(copiedInto || same('ctime'));
  return !same('size', 'mtime', 'ctime');
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
