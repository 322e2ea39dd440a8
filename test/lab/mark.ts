import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import { requireInit } from './machine.ts';
import { hostPaths } from './paths.ts';
import type { HostRecord } from './record.ts';
import type { Tree, TreeEntry } from './tree.ts';
import { changedPaths, readTree } from './tree.ts';

/**
 * The state of everything that can be written on a host: its disk, by the overlay's upper directory, and each of its
 * file systems in memory, such as /run. Plain data, so it can be kept as JSON.
 */
export interface Mark {
  readonly host: string;
  /** By mount point: `/` for the disk. */
  readonly trees: Readonly<Record<string, readonly (readonly [string, TreeEntry])[]>>;
}

/** File systems in memory that hold files. The kernel's others (proc, sysfs, devpts, …) are views of its state. */
const IN_MEMORY = new Set(['tmpfs', 'ramfs', 'mqueue', 'hugetlbfs']);

export async function takeMark(lab: string, record: HostRecord): Promise<Mark> {
  const trees = await readTrees(lab, record);
  return {
    host: record.name,
    trees: Object.fromEntries([...trees].map(([point, tree]) => [point, [...tree]])),
  };
}

/**
 * Every path that was written, created, deleted or had its metadata changed on the host since the mark, sorted. Of a
 * deleted directory tree only the top is told when it was part of the base.
 *
 * @throws LabError when the host was reset since, for then the mark says nothing.
 */
export async function writtenSince(lab: string, record: HostRecord, mark: Mark): Promise<readonly string[]> {
  if (mark.host !== record.name) throw new LabError(`the mark is of ${mark.host}, not of ${record.name}`);
  const after = await readTrees(lab, record);
  const before = new Map(Object.entries(mark.trees).map(([point, entries]) => [point, new Map(entries)]));
  if (before.get('/')?.get('')?.inode !== after.get('/')?.get('')?.inode) {
    throw new LabError(`${record.name} was reset since the mark was set`);
  }
  const found = new Set<string>();
  for (const point of new Set([...before.keys(), ...after.keys()])) {
    const changed = changedPaths(before.get(point) ?? new Map(), after.get(point) ?? new Map());
    for (const path of changed) found.add(join(point, path));
  }
  return [...found].sort();
}

async function readTrees(lab: string, record: HostRecord): Promise<ReadonlyMap<string, Tree>> {
  const init = await requireInit(lab, record.name);
  const root = `/proc/${init}/root`;
  const points = memoryMounts(await readFile(`/proc/${init}/mountinfo`, 'utf8'));
  const trees = await Promise.all(
    points.map(async (point) => [point, await readTree(join(root, point)).catch(() => new Map())] as const),
  );
  return new Map([['/', await readDisk(lab, record)], ...trees]);
}

/** Where a host has file systems of its own in memory, from its mountinfo (proc_pid_mountinfo(5)). */
export function memoryMounts(mountinfo: string): readonly string[] {
  const points = new Set<string>();
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ');
    const point = before?.split(' ')[4];
    const type = after?.split(' ')[0];
    if (point === undefined || type === undefined || point === '/' || !IN_MEMORY.has(type)) continue;
    if (/^\/(proc|sys)(\/|$)/.test(point)) continue;
    points.add(point);
  }
  return [...points].sort();
}

/**
 * The upper directory. Directories that stand there only because something below them was written are equal to the
 * one they were copied from in all but the inode and its change time: they get the type `u`.
 */
async function readDisk(lab: string, record: HostRecord): Promise<Tree> {
  const paths = hostPaths(lab, record.name, record.diskMiB !== undefined);
  const tree = new Map(await readTree(paths.upper));
  for (const [path, entry] of tree) {
    if (entry.type === 'd' && path !== '' && (await isMereCopy([paths.identity, record.base], path, entry))) {
      tree.set(path, { ...entry, type: 'u' });
    }
  }
  return tree;
}

/** Compares with the uppermost layer that has the directory, the one the overlay copies from. */
async function isMereCopy(layers: readonly string[], path: string, entry: TreeEntry): Promise<boolean> {
  for (const layer of layers) {
    const lower = await lstat(join(layer, path), { bigint: true }).catch(() => undefined);
    if (lower === undefined) continue;
    return (
      lower.isDirectory() &&
      (lower.mode & 0o7777n).toString(8) === entry.mode &&
      `${lower.uid}:${lower.gid}` === `${entry.uid}:${entry.gid}` &&
      timeText(lower.mtimeNs) === entry.mtime
    );
  }
  return false;
}

/** A time as find(1) prints it: seconds and ten digits of their fraction. */
function timeText(nanoseconds: bigint): string {
  const fraction = (nanoseconds % 1_000_000_000n).toString().padStart(9, '0');
  return `${nanoseconds / 1_000_000_000n}.${fraction}0`;
}
