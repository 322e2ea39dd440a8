import { readFile, writeFile } from 'node:fs/promises';

/**
 * Limits that all hosts share, because they are counted by user on the whole machine: one systemd needs about ten
 * inotify instances, and the kernel's default is 128. Raised for as long as the machine runs, never lowered.
 */
const LIMITS: Readonly<Record<string, number>> = {
  '/proc/sys/fs/inotify/max_user_instances': 65_536,
  '/proc/sys/fs/inotify/max_user_watches': 1_048_576,
};

/** Raises the kernel's limits to what a lab of 250 hosts needs. */
export async function raiseKernelLimits(say: (line: string) => void): Promise<void> {
  for (const [file, needed] of Object.entries(LIMITS)) {
    const now = Number(await readFile(file, 'utf8'));
    if (now >= needed) continue;
    say(`Raising ${file} from ${now} to ${needed}`);
    await writeFile(file, String(needed));
  }
}
