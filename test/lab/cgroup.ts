import { readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import { makeDirectory, readIfThere } from './files.ts';

/**
 * Each host runs in a control group of its own, in every hierarchy in which systemd puts its units. Without it the
 * systemds of several hosts would keep their units in one and the same group. It also is the list of a host's
 * processes, which outlives the process that started them.
 */
const PARENT = 'provision-lab';

/** The mount points of cgroup v2 and of v1's systemd hierarchy, from this machine's mount table. */
async function hierarchies(): Promise<readonly string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  const found: string[] = [];
  for (const line of table.split('\n')) {
    const [before, after] = line.split(' - ');
    const point = before?.split(' ')[4];
    const [type, , options] = after?.split(' ') ?? [];
    if (point === undefined || found.includes(point)) continue;
    if (type === 'cgroup2' || (type === 'cgroup' && options?.includes('name=systemd'))) found.push(point);
  }
  return found;
}

/**
 * Makes a host's groups, one in each hierarchy. A process enters them by writing its id to their `cgroup.procs`.
 *
 * @param part a group inside the host's, for processes that are not the host itself.
 */
export async function makeGroups(lab: string, host: string, part = ''): Promise<readonly string[]> {
  const groups = (await hierarchies()).map((point) => join(point, PARENT, lab, host, part));
  for (const group of groups) await makeDirectory(group);
  return groups;
}

/** All living processes of a host, or of the whole lab when `host` is left out, by id. */
export async function processesOf(lab: string, host = ''): Promise<readonly number[]> {
  const ids = new Set<number>();
  for (const point of await hierarchies()) {
    for (const group of await tree(join(point, PARENT, lab, host))) {
      const listed = (await readIfThere(join(group, 'cgroup.procs')).catch(() => '')) ?? '';
      for (const id of listed.split('\n')) if (id !== '' && id !== '0') ids.add(Number(id));
    }
  }
  const living = await Promise.all([...ids].map(isAlive));
  return [...ids].filter((_, i) => living[i]);
}

/** v1 also lists processes that have ended and were not yet taken note of by their parent (proc_pid_stat(5)). */
async function isAlive(id: number): Promise<boolean> {
  const stat = await readIfThere(`/proc/${id}/stat`).catch(() => undefined);
  return stat !== undefined && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** Removes the groups of a host or a whole lab, which must be empty of processes. */
export async function removeGroups(lab: string, host = ''): Promise<void> {
  for (const point of await hierarchies()) {
    const groups = await tree(join(point, PARENT, lab, host));
    for (const group of groups.reverse()) await rmdir(group).catch(() => {});
    if (host === '') await rmdir(join(point, PARENT)).catch(() => {}); // the last lab's
  }
}

/** Ends every process of a host and waits until none is left. */
export async function killAll(lab: string, host = ''): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const ids = await processesOf(lab, host);
    if (ids.length === 0) return;
    if (performance.now() > deadline)
      throw new LabError(`processes ${ids.join(', ')} of ${lab}/${host} do not end`);
    for (const id of ids) {
      try {
        process.kill(id, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A group and all below it, parents before children. */
async function tree(group: string): Promise<string[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [];
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map((entry) => tree(join(group, entry.name))),
  );
  return [group, ...below.flat()];
}
