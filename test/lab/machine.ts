import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { killAll, makeGroups, processesOf, removeGroups } from './cgroup.ts';
import { mountRoot, unmountBelow } from './disks.ts';
import { LabError } from './errors.ts';
import { readIfThere } from './files.ts';
import { namespaceName } from './names.ts';
import { plugIn, unplug, wiringOf } from './network.ts';
import { hostPaths } from './paths.ts';
import type { HostRecord } from './record.ts';
import { saveWiring, startSupervisor } from './supervisor.ts';

/** Powers the host on. Its disk is as it was left; its network namespace, firewall rules included, is new. */
export async function powerOn(lab: string, slot: number, record: HostRecord): Promise<void> {
  const paths = hostPaths(lab, record.name, record.diskMiB !== undefined);
  await mountRoot(record, paths);
  await plugIn(lab, slot, record.name, record.index);
  await saveWiring(paths.wiring, wiringOf(lab, slot, record.name, record.index));
  await startSupervisor({
    log: paths.log,
    ownGroups: await makeGroups(lab, record.name, 'restarter'),
    hostGroups: await makeGroups(lab, record.name),
    wiring: paths.wiring,
    namespace: namespaceName(lab, record.name),
    command: nspawn(lab, record, paths.root),
  });
}

/** Pulls the plug: every process ends at once, nothing is synced or said. The host's disk stays. */
export async function powerOff(lab: string, slot: number, record: HostRecord): Promise<void> {
  await killAll(lab, record.name);
  await removeGroups(lab, record.name);
  await unmountBelow(hostPaths(lab, record.name, false).directory);
  await unplug(lab, slot, record.name, record.index);
}

/** Where each host's init was found last, and when that process began: the same number at another time is another. */
const lastFound = new Map<string, { readonly id: number; readonly started: string }>();

/** The host's init as this machine numbers it, or undefined when the host is off. */
export async function initOf(lab: string, host: string): Promise<number | undefined> {
  const key = join(lab, host);
  const last = lastFound.get(key);
  if (last !== undefined && (await startOf(last.id)) === last.started) return last.id;
  const id = await findInit(lab, host);
  const started = id === undefined ? undefined : await startOf(id);
  if (id !== undefined && started !== undefined) lastFound.set(key, { id, started });
  return id;
}

/** When a living process began, in ticks since this machine booted (proc_pid_stat(5)). */
async function startOf(id: number): Promise<string | undefined> {
  const stat = await readIfThere(`/proc/${id}/stat`).catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || /^[ZX]/.test(fields[0]!) ? undefined : fields[19];
}

async function findInit(lab: string, host: string): Promise<number | undefined> {
  let outermost: { readonly id: number; readonly depth: number } | undefined;
  for (const id of await processesOf(lab, host)) {
    const numbers = /^NSpid:\t(.*)$/m
      .exec((await readIfThere(`/proc/${id}/status`).catch(() => '')) ?? '')?.[1]
      ?.split('\t');
    if (numbers === undefined || numbers.length < 2 || numbers.at(-1) !== '1') continue;
    if (outermost === undefined || numbers.length < outermost.depth)
      outermost = { id, depth: numbers.length };
  }
  return outermost?.id;
}

/** Like {@link initOf}, for a host that must be on. */
export async function requireInit(lab: string, host: string): Promise<number> {
  const id = await initOf(lab, host);
  if (id === undefined) throw new LabError(`host ${host} of lab ${lab} is not running`);
  return id;
}

/** The last lines of what a host printed on its console. */
export async function consoleTail(lab: string, host: string): Promise<string> {
  const text = await readFile(hostPaths(lab, host, false).log, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-15).join('\n');
}

function nspawn(lab: string, record: HostRecord, root: string): readonly string[] {
  const common = [
    'systemd-nspawn',
    '--quiet',
    '--register=no',
    '--keep-unit',
    '--settings=no',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=pipe',
    '--rlimit=NOFILE=1024:524288', // as systemd sets it; not what our caller happens to have
    '--capability=all',
    // Not namespaced: with these a host could set this machine's clock or reach into its kernel.
    '--drop-capability=CAP_SYS_TIME,CAP_SYS_MODULE,CAP_SYS_RAWIO',
    `--network-namespace-path=/run/netns/${namespaceName(lab, record.name)}`,
    `--machine=${lab}-${record.name}`, // or hosts would share a directory of nspawn's in /run
    `--hostname=${record.name}`,
    `--directory=${root}`,
  ];
  return record.distro === 'busybox' ? [...common, '/sbin/init'] : [...common, '--boot'];
}
