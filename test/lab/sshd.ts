import { readFile } from 'node:fs/promises';
import { processesOf } from './cgroup.ts';
import { LabError } from './errors.ts';
import { execOn } from './exec.ts';
import { readIfThere } from './files.ts';
import { requireInit } from './machine.ts';
import type { HostRecord } from './record.ts';

/** The processes that serve one connection each; the listener is stopped before they are looked for. */
const SESSION_PROCESSES = new Set(['sshd', 'sshd-session', 'sshd-auth', 'dropbear']);

/** Stops the listener; with `sessions`, ends open connections too, without a word to their clients. */
export async function killSshd(lab: string, record: HostRecord, sessions: boolean): Promise<void> {
  await control(lab, record, 'stop');
  await waitForListener(lab, record, false);
  if (!sessions) return;
  for (const id of await processesOf(lab, record.name)) {
    const command = await readFile(`/proc/${id}/comm`, 'utf8').catch(() => '');
    if (!SESSION_PROCESSES.has(command.trim())) continue;
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // It ended together with another one.
    }
  }
}

export async function startSshd(lab: string, record: HostRecord): Promise<void> {
  await control(lab, record, 'start');
  await waitForListener(lab, record, true);
}

/** dropbear comes and goes in its own time. */
async function waitForListener(lab: string, record: HostRecord, wanted: boolean): Promise<void> {
  const init = await requireInit(lab, record.name);
  const deadline = performance.now() + 10_000;
  while ((await isListening(init)) !== wanted) {
    if (performance.now() > deadline)
      throw new LabError(`sshd on ${record.name} did not ${wanted ? 'start' : 'stop'}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether the process' network namespace has a listener on port 22, from proc_pid_net(5): state 0A is LISTEN. */
async function isListening(id: number): Promise<boolean> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readIfThere(`/proc/${id}/net/${name}`)));
  return tables.some((table) => /^ *\d+: [0-9A-F]+:0016 [0-9A-F]+:0000 0A /m.test(table ?? ''));
}

async function control(lab: string, record: HostRecord, verb: 'start' | 'stop'): Promise<void> {
  const argv =
    record.distro === 'busybox' ? ['/etc/init.d/dropbear', verb] : ['systemctl', verb, 'ssh.service'];
  const ran = await execOn(lab, record.name, argv);
  if (ran.code !== 0) throw new LabError(`could not ${verb} sshd on ${record.name}: ${ran.stderr.trim()}`);
}
