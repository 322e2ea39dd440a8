import { spawn } from 'node:child_process';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere, makeDirectory } from './files.ts';
import { cacheDirectory, type HostPaths } from './paths.ts';
import type { HostRecord } from './record.ts';
import { must, run } from './run.ts';

/**
 * Mounts a host's root: its upper directory over its identity over the base. With `redirect_dir` a directory of the
 * base can be renamed on the host as on any file system; `index` and `metacopy` stay off, so that the upper directory
 * shows each write as what it is.
 */
export async function mountRoot(record: HostRecord, paths: HostPaths): Promise<void> {
  if (await isMounted(paths.root)) return;
  if (record.diskMiB !== undefined) await mountDisk(record.diskMiB, paths);
  for (const directory of [paths.upper, paths.work, paths.root]) await makeDirectory(directory);
  const layers = `lowerdir=${paths.identity}:${record.base},upperdir=${paths.upper},workdir=${paths.work}`;
  const options = `${layers},redirect_dir=on,index=off,metacopy=off`;
  await must(['mount', '-t', 'overlay', '-o', options, 'provision-lab', paths.root]);
}

/** Takes down the mounts of a host, or of all of a lab's hosts, the innermost first. */
export async function unmountBelow(directory: string): Promise<void> {
  for (const point of (await mountsBelow(directory)).reverse()) {
    if ((await run(['umount', point])).code !== 0) await must(['umount', '--lazy', point]);
  }
}

/** Empties a host's disk: it is in its first state when it is mounted again. Must not be mounted. */
export async function dropDisk(paths: HostPaths): Promise<void> {
  await rm(paths.image, { force: true });
  await discard(join(paths.directory, 'upper'), join(paths.directory, 'work'));
}

/** Moves directories out of the way at once and has them deleted by a process of its own, which may outlive us. */
async function discard(...directories: readonly string[]): Promise<void> {
  const trash = join(cacheDirectory(), 'trash');
  await makeDirectory(trash, 0o700);
  for (const directory of directories) {
    await rename(directory, join(trash, `${process.pid}-${process.hrtime.bigint()}`)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      },
    );
  }
  const doomed = (await readdir(trash)).map((name) => join(trash, name)); // also what a killed process has left
  if (doomed.length > 0) spawn('rm', ['-rf', '--', ...doomed], { stdio: 'ignore', detached: true }).unref();
}

/** Mount points at or below a directory, in the order in which they were made. */
async function mountsBelow(directory: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  const points = table.split('\n').flatMap((line) => line.split(' ')[4] ?? []);
  return points.filter((point) => point === directory || point.startsWith(`${directory}/`));
}

async function isMounted(point: string): Promise<boolean> {
  return (await mountsBelow(point)).includes(point);
}

/** A file system of a size of its own, in a sparse file, without blocks reserved for root: full means full. */
async function mountDisk(mebibytes: number, paths: HostPaths): Promise<void> {
  if (await isMounted(paths.disk)) return;
  await makeDirectory(paths.disk);
  if (!(await isThere(paths.image))) {
    await must(['truncate', `--size=${mebibytes}M`, paths.image]);
    await must(['mkfs.ext4', '-q', '-F', '-m', '0', paths.image]);
  }
  await must(['mount', '-o', 'loop', paths.image, paths.disk]);
}
