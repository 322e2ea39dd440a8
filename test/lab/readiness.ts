import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { LabError } from './errors.ts';
import { execOn } from './exec.ts';
import { isThere } from './files.ts';
import { hostPublicKeys } from './identity.ts';
import { loginKey } from './login-key.ts';
import { consoleTail, initOf } from './machine.ts';
import type { LabHost, LoginUser } from './types.ts';

const LONGEST_BOOT_MS = 120_000;

/**
 * Waits until the host has finished booting and lets the lab's key in. Of a host in its `first state` everything must
 * be in order. One that is taken `as left` by its user may have failed units and lack the account ops.
 *
 * @throws LabError with the end of the host's console output when that takes longer than two minutes, or with the
 * names of the units that failed.
 */
export async function waitUntilReady(
  lab: string,
  host: LabHost,
  state: 'first state' | 'as left',
): Promise<void> {
  const deadline = performance.now() + LONGEST_BOOT_MS;
  // pam_nologin lets root in at any time: only another account proves that logins are open.
  const user = host.distro === 'busybox' || state === 'as left' ? 'root' : 'ops';
  try {
    if (host.distro !== 'busybox') await retry(deadline, () => systemSettled(lab, host, state === 'as left'));
    await retry(deadline, () => login(host, user));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint =
      state === 'as left' ? `\nTo have it as it was at first: npm run lab -- reset ${host.name}` : '';
    throw new LabError(`${host.name} did not come up: ${why}${hint}\n${await consoleTail(lab, host.name)}`);
  }
}

/** Repeats what fails because the host is not that far yet. A LabError is final. */
async function retry(deadline: number, attempt: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (error instanceof LabError || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** systemd has no start jobs left, so the host writes nothing more on its own account. */
async function systemSettled(lab: string, host: LabHost, failuresAllowed: boolean): Promise<void> {
  const init = await initOf(lab, host.name);
  if (init === undefined || !(await isThere(`/proc/${init}/root/run/dbus/system_bus_socket`))) {
    throw new Error('systemd has not got far');
  }
  const options = { timeoutMs: 60_000 };
  const ran = await execOn(lab, host.name, ['systemctl', 'is-system-running', '--wait'], options);
  const state = ran.stdout.trim();
  if (state === 'running' || (state === 'degraded' && failuresAllowed)) return;
  if (state !== 'degraded') throw new Error(`systemd says "${state}" ${ran.stderr.trim()}`);
  const failed = await execOn(lab, host.name, ['systemctl', '--failed', '--plain', '--no-legend'], options);
  throw new LabError(`units failed:\n${failed.stdout.trim()}`);
}

/** A whole login: handshake with the right host key, authentication, a session, a command. */
async function login(host: LabHost, username: LoginUser): Promise<void> {
  const [key, hostKeys] = await Promise.all([
    loginKey().then((found) => readFile(found.file)),
    hostPublicKeys(host.name, host.distro),
  ]);
  const client = new ssh2.Client();
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('error', reject);
      client.once('close', () => reject(new Error('sshd closed the connection')));
      client.once('ready', () => {
        client.exec('true', (error, channel) => {
          if (error !== undefined) return reject(error);
          channel.once('exit', (code) =>
            code === 0 ? resolve() : reject(new Error(`"true" ended with ${code}`)),
          );
          channel.resume();
        });
      });
      client.connect({
        host: host.address,
        port: host.port,
        username,
        privateKey: key,
        readyTimeout: 20_000,
        hostVerifier: (shown: Buffer) =>
          hostKeys.some((line) => line.split(' ')[1] === shown.toString('base64')),
      });
    });
  } finally {
    client.end();
  }
}
