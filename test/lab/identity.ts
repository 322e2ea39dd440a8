import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory, writeWhole } from './files.ts';
import { withLock } from './lock.ts';
import { cacheDirectory } from './paths.ts';
import { must } from './run.ts';
import type { Distro } from './types.ts';

/** Kept for ever by host name, so that an RSA key is paid for once, and a host is the same one after a reset. */
const KEY_TYPES = ['ed25519', 'ecdsa', 'rsa'] as const;

/**
 * Fills `directory` with what makes a host itself: hostname, /etc/hosts, machine id, ssh host keys. It becomes a layer
 * between the base and the upper directory, so none of it is taken for something written on the host.
 */
export async function makeIdentity(directory: string, host: string, distro: Distro): Promise<void> {
  const etc = join(directory, 'etc');
  await rm(directory, { recursive: true, force: true });
  await makeDirectory(directory);
  await makeDirectory(etc);
  await writeWhole(join(etc, 'hostname'), `${host}\n`);
  await writeWhole(join(etc, 'hosts'), hostsFile(host));
  const keys = await hostKeys(host, distro);
  await cp(keys, join(etc, distro === 'busybox' ? 'dropbear' : 'ssh'), { recursive: true });
  if (distro !== 'busybox') await writeWhole(join(etc, 'machine-id'), `${machineId(host)}\n`, 0o444);
}

/** The public keys of a host, each as `type base64`: what belongs behind its address in known_hosts. */
export async function hostPublicKeys(host: string, distro: Distro): Promise<readonly string[]> {
  const directory = await hostKeys(host, distro);
  const names = (await readdir(directory)).filter((name) => name.endsWith('.pub')).sort();
  const lines = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  return lines.map((line) => line.trim().split(' ').slice(0, 2).join(' '));
}

async function hostKeys(host: string, distro: Distro): Promise<string> {
  const kept = join(cacheDirectory(), 'host-keys', host);
  if (await hasFiles(kept)) return kept;
  return withLock(join(cacheDirectory(), 'locks', `host-keys-${host}`), async () => {
    if (await hasFiles(kept)) return kept;
    const beside = `${kept}.new`;
    await rm(beside, { recursive: true, force: true });
    await makeDirectory(beside);
    await Promise.all(
      KEY_TYPES.map((type) => (distro === 'busybox' ? dropbearKey : opensshKey)(beside, type, host)),
    );
    await rename(beside, kept);
    return kept;
  });
}

async function opensshKey(directory: string, type: string, host: string): Promise<void> {
  const file = join(directory, `ssh_host_${type}_key`);
  await must(['ssh-keygen', '-q', '-t', type, '-N', '', '-C', `root@${host}`, '-f', file]);
}

/** dropbear has a format of its own for private keys. */
async function dropbearKey(directory: string, type: string): Promise<void> {
  const file = join(directory, `dropbear_${type}_host_key`);
  const told = await must(['dropbearkey', '-t', type, '-f', file]);
  const line = told.split('\n').find((text) => /^(ssh|ecdsa)-/.test(text));
  if (line === undefined) throw new Error(`dropbearkey printed no public key: ${told}`);
  await writeWhole(`${file}.pub`, `${line}\n`);
}

function hostsFile(host: string): string {
  return `127.0.0.1\tlocalhost\n127.0.1.1\t${host}\n\n::1\t\tlocalhost ip6-localhost ip6-loopback\n`;
}

/** See machine-id(5): 32 hexadecimal digits with the version and variant of a random UUID. */
function machineId(host: string): string {
  const hex = createHash('sha256').update(`provision-lab ${host}`).digest('hex');
  return `${hex.slice(0, 12)}4${hex.slice(13, 16)}a${hex.slice(17, 32)}`;
}

async function hasFiles(directory: string): Promise<boolean> {
  return (await readdir(directory).catch(() => [])).length > 0;
}
