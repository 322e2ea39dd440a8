import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import ssh2 from 'ssh2';
import { LabError } from './errors.ts';
import { execOn } from './exec.ts';
import { hostPublicKeys } from './identity.ts';
import { loginKey } from './login-key.ts';
import { consoleTail } from './machine.ts';
import type { LabHost, LoginUser } from './types.ts';

const LONGEST_BOOT_MS = 120_000;

/**
 * Waits until the host has finished booting and lets the lab's key in.
 *
 * @throws LabError with the end of the host's console output when that takes longer than two minutes.
 */
export async function waitUntilReady(lab: string, host: LabHost): Promise<void> {
  const deadline = performance.now() + LONGEST_BOOT_MS;
  let reason: unknown;
  while (performance.now() < deadline) {
    try {
      await waitForBanner(host);
      await waitForSystem(lab, host);
      // pam_nologin lets root in at any time: only another account proves that logins are open.
      await login(host, host.distro === 'busybox' ? 'root' : 'ops');
      return;
    } catch (error) {
      reason = error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const why = reason instanceof Error ? reason.message : String(reason);
  throw new LabError(`${host.name} did not come up: ${why}\n${await consoleTail(lab, host.name)}`);
}

/** Something answers the port with the greeting of an SSH server (RFC 4253, 4.2). */
async function waitForBanner(host: LabHost): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = createConnection({ host: host.address, port: host.port, timeout: 5_000 });
    socket.once('data', (data) => {
      socket.destroy();
      if (data.toString('latin1').startsWith('SSH-2.0-')) resolve();
      else reject(new Error('port 22 is not an SSH server'));
    });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error('port 22 is silent')));
    socket.once('close', () => reject(new Error('port 22 closed the connection')));
  });
}

/** systemd has no start jobs left, so the host writes nothing more on its own account. */
async function waitForSystem(lab: string, host: LabHost): Promise<void> {
  if (host.distro === 'busybox') return;
  const ran = await execOn(lab, host.name, ['systemctl', 'is-system-running', '--wait'], {
    timeoutMs: 60_000,
  });
  const state = ran.stdout.trim();
  if (state !== 'running') throw new Error(`systemd says "${state}" ${ran.stderr.trim()}`);
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
