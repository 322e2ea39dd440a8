import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isLoginNoise } from './login-noise.ts';
import { requireInit } from './machine.ts';
import type { Mark } from './mark.ts';
import { takeMark, treesOf } from './mark.ts';
import { hostPaths } from './paths.ts';
import type { HostRecord } from './record.ts';
import type { RestorePlan } from './restore-plan.ts';
import { isRestored, planRestore } from './restore-plan.ts';
import { must } from './run.ts';
import type { Tree } from './tree.ts';
import { changedPaths } from './tree.ts';

/** One file system of a host: where it is seen from this machine, and what it was and is. */
interface Disk {
  readonly live: string;
  /** Below its upper directory, the uppermost first. */
  readonly layers: readonly string[];
  readonly before: Tree;
  readonly now: Tree;
  readonly leave: (path: string) => boolean;
}

/**
 * Brings the files of a running host back to a mark, but for those that logins write by themselves. Answers the mark
 * of the state it is in then; or undefined when that state is not certain to be the earlier one.
 */
export async function restoreFiles(lab: string, record: HostRecord, mark: Mark): Promise<Mark | undefined> {
  const disks = await compare(lab, record, mark, await takeMark(lab, record));
  if (disks === undefined) return undefined;
  const plans: (readonly [Disk, RestorePlan])[] = [];
  for (const disk of disks) {
    const plan = await planRestore(disk.before, disk.now, disk.layers, disk.leave);
    if (plan === undefined) return undefined;
    plans.push([disk, plan]);
  }
  const script = plans.flatMap(([{ live }, plan]) => scriptOf(live, plan)).join('\n');
  if (script !== '') await must(['sh', '-e'], { stdin: script });
  const restored = await takeMark(lab, record);
  const compared = await compare(lab, record, mark, restored);
  if (compared === undefined) return undefined;
  for (const disk of compared) {
    if (!(await isRestored(disk.before, disk.now, disk.layers, disk.leave))) return undefined;
  }
  for (const [disk, plan] of plans) {
    for (const [path] of plan.directories) if (!(await listsAsBefore(disk, path))) return undefined;
  }
  return restored;
}

/** Answers undefined when a file system came or went and holds more than a login's traces. */
async function compare(
  lab: string,
  record: HostRecord,
  earlier: Mark,
  later: Mark,
): Promise<readonly Disk[] | undefined> {
  const init = await requireInit(lab, record.name);
  const paths = hostPaths(lab, record.name, record.diskMiB !== undefined);
  const before = treesOf(earlier);
  const now = treesOf(later);
  const disks: Disk[] = [];
  for (const point of new Set([...before.keys(), ...now.keys()])) {
    const leave = (path: string): boolean => isLoginNoise(join(point, path));
    const disk = {
      live: point === '/' ? paths.root : join(`/proc/${init}/root`, point),
      layers: point === '/' ? [paths.identity, record.base] : [],
      before: before.get(point) ?? new Map(),
      now: now.get(point) ?? new Map(),
      leave,
    };
    if (before.has(point) && now.has(point)) disks.push(disk);
    else if (!changedPaths(disk.before, disk.now).every(leave)) return undefined;
  }
  return disks;
}

/** What a shell on this machine does to carry out a plan; each line by itself is whole. */
function scriptOf(live: string, plan: RestorePlan): readonly string[] {
  const lines: string[] = [];
  if (plan.remove.length > 0)
    lines.push(`rm -rf -- ${plan.remove.map((path) => quote(join(live, path))).join(' ')}`);
  for (const layer of new Set([...plan.copy, ...plan.copyTrees].map(([from]) => from))) {
    const named = (list: RestorePlan['copy']): string =>
      list.flatMap(([from, path]) => (from === layer ? [quote(`./${path}`)] : [])).join(' ');
    const pack = `tar -C ${quote(layer)} --format=posix --xattrs --xattrs-include='security.*' -cf -`;
    const unpack = `tar -C ${quote(live)} --xattrs --xattrs-include='security.*' --numeric-owner -xpf -`;
    lines.push(`${pack} --no-recursion ${named(plan.copy)} --recursion ${named(plan.copyTrees)} | ${unpack}`);
  }
  for (const [path, { uid, gid, mode, mtime }] of plan.directories) {
    const at = quote(join(live, path));
    // Five digits, or chmod keeps the bits for set-user-id and set-group-id of a directory.
    lines.push(`chown ${uid}:${gid} ${at}; chmod ${mode.padStart(5, '0')} ${at}; touch -d @${mtime} ${at}`);
  }
  return lines;
}

/**
 * Whether a directory of the disk has the entries it had. The upper directory does not tell: one that was removed and
 * made again hides what the layers have there.
 */
async function listsAsBefore({ live, layers, before }: Disk, path: string): Promise<boolean> {
  if (layers.length === 0) return true;
  const found = await readdir(join(live, path));
  const wanted = new Set<string>();
  for (const layer of layers)
    for (const name of await readdir(join(layer, path)).catch(() => [])) wanted.add(name);
  const inside = path === '' ? '' : `${path}/`;
  for (const [name, { type }] of before) {
    const own = name.slice(inside.length);
    if (own === '' || own.includes('/') || !name.startsWith(inside)) continue;
    if (type === 'w') wanted.delete(own);
    else wanted.add(own);
  }
  return found.length === wanted.size && found.every((name) => wanted.has(name));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
