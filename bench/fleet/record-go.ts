import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab, LabHost } from '../../test/lab/index.ts';
import { provision } from '../../test/support/cli.ts';
import type { GoJob } from '../../test/support/go-job.ts';
import type { Answers } from './answers.ts';
import { startRecorder } from './record.ts';

/** Milliseconds: what has just been written is not remembered yet, as a clock of seconds cannot tell it from a later change. */
const SETTLED = 3_000;

/**
 * Brings a real host to the state of playbooks/go.yml and writes down what it answers to dry runs of it: to one that
 * remembers nothing of the host, and to those after it, until one asks nothing that was not asked before.
 */
export async function recordGo(lab: Lab, host: LabHost, job: GoJob): Promise<Answers> {
  const directory = mkdtempSync(join(tmpdir(), 'provision-record-'));
  const env = { XDG_CACHE_HOME: directory };
  const recorder = await startRecorder({ ...host, privateKey: lab.privateKey });
  try {
    await run(['-l', host.name, ...job.args], env);
    const knownHosts = join(directory, 'known_hosts');
    writeFileSync(knownHosts, `[127.0.0.1]:${recorder.port} ${recorder.hostKey}\n`);
    const inventory = join(directory, 'inventory.yml');
    const vars = {
      ansible_host: '127.0.0.1',
      ansible_port: recorder.port,
      ansible_user: 'root',
      ansible_ssh_private_key_file: lab.privateKey,
      provision_known_hosts: knownHosts,
    };
    writeFileSync(inventory, JSON.stringify({ fleet: { hosts: { [host.name]: vars } } }));
    const args = ['-i', inventory, ...job.args.slice(2), '--dry-run', '--detailed-exitcode'];
    await sleep(SETTLED);
    let known: number;
    do {
      known = Object.keys(recorder.answers).length;
      await run(args, env);
      await recorder.settled();
    } while (Object.keys(recorder.answers).length > known);
    return recorder.answers;
  } finally {
    await recorder.close();
    rmSync(directory, { recursive: true });
  }
}

async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const { code, stdout, stderr } = await provision(args, { env });
  if (code !== 0) throw new Error(`provision ended with ${code} on the host to record:\n${stdout}${stderr}`);
}
