import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execOn } from './exec.ts';
import { readIfThere } from './files.ts';
import { requireInit } from './machine.ts';
import type { HostRecord } from './record.ts';

/** What lives on a host beside its files, each as text to compare. */
export interface Running {
  /** Number, start and name of each process; without those that a login by itself starts. */
  readonly processes: string;
  readonly mounts: string;
  /** Host name, and the firewall rules in the kernel. */
  readonly kernel: string;
}

/** The accounts of the lab's logins, root and ops: only their user managers are a login's trace. */
const LOGINS = new Set([0, 1000]);
const SESSION_PROCESSES = new Set(['sshd', 'sshd-session', 'sshd-auth', 'dropbear']);
/** A connection that was closed is served until PAM has closed its session. */
const LONGEST_GOODBYE_MS = 3_000;
const KERNEL = `hostname
if command -v iptables-save >/dev/null; then iptables-save; ip6tables-save; fi | grep -v '^#'
true`;

/** Waits until nobody is logged in any more, then reads what runs. */
export async function readRunning(lab: string, record: HostRecord): Promise<Running> {
  const init = await requireInit(lab, record.name);
  const processes = await settledProcesses(init);
  const mounts = (await readFile(`/proc/${init}/mountinfo`, 'utf8')).split('\n');
  const { stdout } = await execOn(lab, record.name, KERNEL);
  return {
    processes,
    mounts: mounts.filter((line) => !/^\/run\/user\/(0|1000)$/.test(line.split(' ')[4] ?? '')).join('\n'),
    kernel: stdout,
  };
}

interface Process {
  readonly id: number;
  readonly parent: number;
  readonly name: string;
  readonly started: string;
  readonly user: number;
}

async function settledProcesses(init: number): Promise<string> {
  const deadline = performance.now() + LONGEST_GOODBYE_MS;
  for (;;) {
    const lasting = (await processesSeenBy(init)).filter((found) => !isUserManager(found));
    // What serves one connection is a child of the listener, which is a child of init.
    const serving = lasting.some(({ name, parent }) => SESSION_PROCESSES.has(name) && parent !== 1);
    if (!serving || performance.now() > deadline) {
      return lasting.map(({ id, name, started }) => `${id} ${started} ${name}`).join('\n');
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** systemd's manager of a user, and its helper: they come with a first login and go some time after the last. */
function isUserManager({ id, parent, name, user }: Process): boolean {
  return LOGINS.has(user) && id !== 1 && ((name === 'systemd' && parent === 1) || name === '(sd-pam)');
}

/** All processes as the host numbers them, also those that came in from outside and are in no group of the host's. */
async function processesSeenBy(init: number): Promise<readonly Process[]> {
  const proc = `/proc/${init}/root/proc`;
  const ids = (await readdir(proc)).filter((name) => /^[0-9]+$/.test(name)).map(Number);
  const found = await Promise.all(
    ids.map(async (id): Promise<Process[]> => {
      const directory = join(proc, String(id));
      const stat = await readIfThere(join(directory, 'stat')).catch(() => undefined);
      const owner = await lstat(directory).catch(() => undefined);
      if (stat === undefined || owner === undefined) return [];
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (/^[ZX]/.test(fields[0]!)) return []; // ended; busybox's init takes note once a second
      return [{ id, name, parent: Number(fields[1]), started: fields[19]!, user: owner.uid }];
    }),
  );
  return found.flat().sort((a, b) => a.id - b.id);
}
