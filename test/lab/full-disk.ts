import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import { hostPaths } from './paths.ts';
import type { HostRecord } from './record.ts';
import { run } from './run.ts';

const CHUNK = 64 * 1024;

/**
 * Fills a host's disk until at most `leaveBytes` are free, by a file beside its upper directory: the host sees a full
 * disk and no new file.
 */
export async function fillDisk(lab: string, record: HostRecord, leaveBytes: number): Promise<void> {
  if (record.diskMiB === undefined) {
    const how = `npm run lab -- up ${record.distro}:N --disk 512, or up(…, { diskMiB: 512 })`;
    throw new LabError(`${record.name} shares this machine's disk; give it one of its own to fill: ${how}`);
  }
  const { disk } = hostPaths(lab, record.name, true);
  const ballast = ballastFile(disk);
  await rm(ballast, { force: true });
  const excess = (await freeBytes(disk)) - leaveBytes;
  if (excess <= 0) return;
  // In one go, but for the blocks that the file system needs to describe the file; the rest in small pieces.
  await run(['fallocate', '--length', String(Math.max(1, excess - 4 * 1024 * 1024)), ballast]);
  const file = await open(ballast, 'a', 0o600);
  try {
    for (let free = await freeBytes(disk); free > leaveBytes; free = await freeBytes(disk)) {
      const size = Math.min(CHUNK, free - leaveBytes);
      const full = await file.write(Buffer.alloc(size)).then(
        () => false,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOSPC') return true;
          throw error;
        },
      );
      await file.sync();
      if (full) break;
    }
  } finally {
    await file.close();
  }
}

/** Undoes {@link fillDisk}. */
export async function freeDisk(lab: string, record: HostRecord): Promise<void> {
  if (record.diskMiB === undefined) return;
  await rm(ballastFile(hostPaths(lab, record.name, true).disk), { force: true });
}

function ballastFile(disk: string): string {
  return join(disk, 'ballast');
}

async function freeBytes(directory: string): Promise<number> {
  const found = await statfs(directory);
  return found.bavail * found.bsize;
}
