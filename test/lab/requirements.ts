import { readFile } from 'node:fs/promises';
import { LabError } from './errors.ts';
import { isThere } from './files.ts';
import { run } from './run.ts';

/** Debian packages that hold what the lab calls, each with a file by which its presence is told. */
const PACKAGES: Readonly<Record<string, string>> = {
  debootstrap: '/usr/sbin/debootstrap',
  'debian-archive-keyring': '/usr/share/keyrings/debian-archive-keyring.gpg',
  'systemd-container': '/usr/bin/systemd-nspawn',
  iproute2: '/usr/sbin/bridge',
  'dropbear-bin': '/usr/sbin/dropbear',
  'openssh-client': '/usr/bin/ssh',
  'xz-utils': '/usr/bin/xz',
  zstd: '/usr/bin/zstd',
  e2fsprogs: '/usr/sbin/mkfs.ext4',
  mount: '/usr/sbin/losetup',
  'util-linux': '/usr/bin/nsenter',
  strace: '/usr/bin/strace',
};

/**
 * Proves that this machine can run a lab, and installs what is missing with apt-get.
 *
 * @param say told before the slow part, an installation, begins.
 * @throws LabError that lists everything that is missing and cannot be installed.
 */
export async function requireMachine(say: (line: string) => void): Promise<void> {
  const missing = await missingAbilities();
  if (missing.length > 0) throw new LabError(`a lab cannot run here:\n- ${missing.join('\n- ')}`);
  const absent: string[] = [];
  for (const [name, file] of Object.entries(PACKAGES)) {
    if (!(await isThere(file))) absent.push(name);
  }
  if (absent.length === 0) return;
  say(`Installing ${absent.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const argv of [
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-qq', '--yes', '--no-install-recommends', ...absent],
  ]) {
    const ran = await run(argv, { env });
    if (ran.code !== 0) {
      throw new LabError(
        `the lab needs ${absent.join(', ')}, and "${argv.join(' ')}" failed:\n${ran.stderr.trim()}`,
      );
    }
  }
}

async function missingAbilities(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [`Linux (this is ${process.platform})`];
  const missing: string[] = [];
  if (process.getuid?.() !== 0) missing.push('root (this process runs as another user; try sudo)');
  const filesystems = await readFile('/proc/filesystems', 'utf8');
  for (const name of ['overlay', 'ext4', 'tmpfs']) {
    if (!new RegExp(`\\s${name}$`, 'm').test(filesystems) && !(await loadModule(name))) {
      missing.push(`the file system "${name}" in the kernel (modprobe ${name})`);
    }
  }
  if (!(await isThere('/proc/self/ns/net'))) missing.push('network namespaces in the kernel');
  if (!(await isThere('/usr/bin/apt-get'))) missing.push('apt-get: the lab is made from Debian packages');
  return missing;
}

async function loadModule(name: string): Promise<boolean> {
  return run(['modprobe', '--quiet', name]).then(
    (ran) => ran.code === 0,
    () => false,
  );
}
