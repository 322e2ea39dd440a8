import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { killAll, makeGroups, processesOf, removeGroups } from './cgroup.ts';
import { mountRoot, unmountBelow } from './disks.ts';
import { LabError } from './errors.ts';
import { readIfThere } from './files.ts';
import { namespaceName } from './names.ts';
import { plugIn, unplug } from './network.ts';
import { hostPaths } from './paths.ts';
import type { HostRecord } from './record.ts';

/** Enters the control groups named before `--`, then becomes the command behind it. */
const ENTER_GROUPS = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; exec "$@"';

/** Powers the host on. Its disk is as it was left; its network namespace, firewall rules included, is new. */
export async function powerOn(lab: string, slot: number, record: HostRecord): Promise<void> {
  const paths = hostPaths(lab, record.name, record.diskMiB !== undefined);
  await mountRoot(record, paths);
  await plugIn(lab, slot, record.name, record.index);
  const groups = await makeGroups(lab, record.name);
  const log = await open(paths.log, 'w');
  try {
    const launch = ['-c', ENTER_GROUPS, 'sh', ...groups, '--', ...nspawn(lab, record, paths.root)];
    const child = spawn('sh', launch, {
      detached: true, // it must outlive the command that started it
      stdio: ['ignore', log.fd, log.fd],
      env: {
        PATH: process.env.PATH,
        SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network', // or ufw cannot set net.* values
        SYSTEMD_NSPAWN_TMPFS_TMP: '0', // /tmp is a part of the disk, unless the system itself says otherwise
      },
    });
    child.once('error', () => {});
    child.unref();
  } finally {
    await log.close();
  }
}

/** Pulls the plug: every process ends at once, nothing is synced or said. The host's disk stays. */
export async function powerOff(lab: string, slot: number, record: HostRecord): Promise<void> {
  await killAll(lab, record.name);
  await removeGroups(lab, record.name);
  await unmountBelow(hostPaths(lab, record.name, false).directory);
  await unplug(lab, slot, record.name, record.index);
}

/** The host's init as this machine numbers it, or undefined when the host is off. */
export async function initOf(lab: string, host: string): Promise<number | undefined> {
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
