import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab, LabHost } from '../lab/index.ts';
import { tempFolder } from './temp-files.ts';

/** One call of the kernel, in the order in which they began. */
export interface KernelCall {
  readonly name: string;
  /** As strace(1) writes them, files with their paths. */
  readonly args: string;
}

/**
 * Writes down which of these calls the SSH server of a host makes, and all that it starts, from outside of the host.
 *
 * @returns ends it, with the calls.
 */
export async function traceServer(
  lab: Lab,
  host: LabHost,
  calls: readonly string[],
): Promise<() => Promise<readonly KernelCall[]>> {
  const file = join(tempFolder('trace-'), 'calls');
  const servers = await serversOf(lab, host);
  const attach = servers.flatMap((id) => ['-p', id]);
  // `?` is for calls that this machine's processor has not.
  const trace = `trace=${calls.map((call) => `?${call}`).join(',')}`;
  const strace = spawn('strace', ['-f', '-y', '-s', '4096', '-o', file, '-e', trace, ...attach], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(strace, 'close');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    strace.once('error', reject);
    strace.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.match(/ attached/g)?.length === servers.length) resolve();
    });
    void ended.then(() => reject(new Error(`strace has ended: ${said}`)));
  });
  return async () => {
    strace.kill('SIGINT');
    await ended;
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => /^\d+ +(\w+)\((.*)$/.exec(line))
      .flatMap((match) => (match === null ? [] : [{ name: match[1]!, args: match[2]! }]));
  };
}

/** The processes of the host's SSH server, as this machine numbers them. */
async function serversOf(lab: Lab, host: LabHost): Promise<readonly string[]> {
  const { stdout } = await lab.exec(host, 'readlink /proc/self/ns/pid');
  const found = readdirSync('/proc').filter((id) => {
    try {
      if (!/^\d+$/.test(id) || readlinkSync(`/proc/${id}/ns/pid`) !== stdout.trim()) return false;
      return /^(sshd|dropbear)$/.test(readFileSync(`/proc/${id}/comm`, 'utf8').trim());
    } catch {
      return false;
    }
  });
  if (found.length === 0) throw new Error(`${host.name} has no SSH server that runs`);
  return found;
}
