import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory, writeWhole } from './files.ts';
import type { Wiring } from './network.ts';

export interface SupervisedHost {
  /** File that takes the host's console output. */
  readonly log: string;
  /** Control groups of the supervisor, and those of the host. */
  readonly ownGroups: readonly string[];
  readonly hostGroups: readonly string[];
  /** Directory written by {@link saveWiring}. */
  readonly wiring: string;
  readonly namespace: string;
  /** systemd-nspawn and its arguments. */
  readonly command: readonly string[];
}

/** Enters the control groups named before `--`, then becomes the command behind it. */
const ENTER_GROUPS = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; exec "$@"';

/**
 * Runs the host, and again as often as it reboots, which nspawn tells by code 133. In between the network namespace is
 * made anew, because with a real reboot the kernel's firewall rules are gone as well.
 * Arguments: ENTER_GROUPS, namespace, wiring directory, then those of ENTER_GROUPS.
 */
const SUPERVISE = `enter=$1 namespace=$2 wiring=$3; shift 3
while sh -c "$enter" sh "$@"; [ $? -eq 133 ]; do
  ip -force -batch "$wiring/remove" 2>/dev/null
  ip -batch "$wiring/create" && ip -netns "$namespace" -batch "$wiring/inside" || exit
done`;

/** Starts a host in processes of their own, which outlive the one that asked for it. */
export async function startSupervisor(host: SupervisedHost): Promise<void> {
  const supervise = ['sh', '-c', SUPERVISE, 'sh', ENTER_GROUPS, host.namespace, host.wiring];
  const launch = [...host.ownGroups, '--', ...supervise, ...host.hostGroups, '--', ...host.command];
  const log = await open(host.log, 'w');
  try {
    const child = spawn('sh', ['-c', ENTER_GROUPS, 'sh', ...launch], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: {
        PATH: process.env.PATH,
        SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network', // or ufw cannot set net.* values
        SYSTEMD_NSPAWN_TMPFS_TMP: '0', // /tmp is a part of the disk, unless the system itself says otherwise
      },
    });
    child.once('error', () => {}); // told by the host not coming up
    child.unref();
  } finally {
    await log.close();
  }
}

/** Keeps the commands that wire a host where its supervisor finds them. */
export async function saveWiring(directory: string, wiring: Wiring): Promise<void> {
  await makeDirectory(directory);
  for (const part of ['remove', 'create', 'inside'] as const) {
    await writeWhole(join(directory, part), `${wiring[part].join('\n')}\n`);
  }
}
