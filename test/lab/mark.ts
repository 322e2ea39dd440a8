import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import { lowerEntry } from './lower.ts';
import { requireInit } from './machine.ts';
import type { HostPaths } from './paths.ts';
import { hostPaths } from './paths.ts';
import type { HostRecord } from './record.ts';
import type { Tree, TreeEntry } from './tree.ts';
import { changedPaths, readTrees } from './tree.ts';

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
  const trees = await readAll(lab, record);
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
  return changesBetween(mark, await takeMark(lab, record));
}

/** The paths that are not the same in two marks of one host; see {@link writtenSince}. */
function changesBetween(earlier: Mark, later: Mark): readonly string[] {
  if (earlier.host !== later.host) throw new LabError(`the mark is of ${earlier.host}, not of ${later.host}`);
  const before = treesOf(earlier);
  const after = treesOf(later);
  if (before.get('/')?.get('')?.inode !== after.get('/')?.get('')?.inode) {
    throw new LabError(`${later.host} was reset since the mark was set`);
  }
  const found = new Set<string>();
  for (const point of new Set([...before.keys(), ...after.keys()])) {
    const changed = changedPaths(before.get(point) ?? new Map(), after.get(point) ?? new Map());
    for (const path of changed) found.add(join(point, path));
  }
  return [...found].sort();
}

/** The trees of a mark, by mount point. */
export function treesOf(mark: Mark): ReadonlyMap<string, Tree> {
  return new Map(Object.entries(mark.trees).map(([point, entries]) => [point, new Map(entries)]));
}

async function readAll(lab: string, record: HostRecord): Promise<ReadonlyMap<string, Tree>> {
  const init = await requireInit(lab, record.name);
  const paths = hostPaths(lab, record.name, record.diskMiB !== undefined);
  const points = memoryMounts(await readFile(`/proc/${init}/mountinfo`, 'utf8'));
  const places = new Map(points.map((point) => [point, join(`/proc/${init}/root`, point)]));
  const found = await readTrees([paths.upper, ...places.values()]);
  const disk = found.get(paths.upper);
  if (disk === undefined) throw new LabError(`cannot read ${paths.upper}`);
  const trees = points.map((point) => [point, found.get(places.get(point)!) ?? new Map()] as const);
  return new Map([['/', await withMereCopies(paths, record.base, disk)], ...trees]);
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
async function withMereCopies(paths: HostPaths, base: string, upper: Tree): Promise<Tree> {
  const tree = new Map(upper);
  for (const [path, entry] of tree) {
    if (entry.type === 'd' && path !== '' && (await isMereCopy([paths.identity, base], path, entry))) {
      tree.set(path, { ...entry, type: 'u' });
    }
  }
  return tree;
}

async function isMereCopy(layers: readonly string[], path: string, entry: TreeEntry): Promise<boolean> {
  const lower = await lowerEntry(layers, path);
  const same = (...fields: readonly (keyof TreeEntry)[]): boolean =>
    fields.every((name) => lower?.entry[name] === entry[name]);
  return same('type', 'mode', 'uid', 'gid', 'mtime');
}
