import { chown, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { DEBIAN_KEYRING } from './debian-archive.ts';
import { makeDirectory, writeWhole } from './files.ts';
import type { LoginKey } from './login-key.ts';
import { debianMirror } from './mirror.ts';
import type { DebianRecipe } from './recipe.ts';
import { must } from './run.ts';

const OPS = 1000;
const LONGEST_BUILD_MS = 20 * 60_000;

/** Fills the empty directory `root` with a Debian that boots, lets the lab's key in, and stays quiet. */
export async function buildDebian(root: string, recipe: DebianRecipe, key: LoginKey): Promise<void> {
  const mirror = await debianMirror();
  const include = `--include=${recipe.packages.join(',')}`;
  await must(
    ['debootstrap', '--variant=minbase', `--keyring=${DEBIAN_KEYRING}`, include, recipe.suite, root, mirror],
    {
      env: { ...process.env, ...(await aptProxy()), DEBIAN_FRONTEND: 'noninteractive' },
      timeoutMs: LONGEST_BUILD_MS,
    },
  );
  await addOps(root);
  await authorize(join(root, 'root'), 0, key);
  await authorize(join(root, 'home/ops'), OPS, key);
  await silence(root, recipe.masked);
  await forgetBuilder(root);
}

async function addOps(root: string): Promise<void> {
  await must([
    'chroot',
    root,
    'useradd',
    '--create-home',
    '--uid',
    String(OPS),
    '--shell',
    '/bin/bash',
    'ops',
  ]);
  await must(['chroot', root, 'usermod', '--append', '--groups', 'sudo', 'ops']);
  await writeWhole(join(root, 'etc/sudoers.d/ops'), 'ops ALL=(ALL:ALL) NOPASSWD: ALL\n', 0o440);
  // sudo leaves this in the home of a member of group sudo when it is first used: here that was some time ago.
  const flag = join(root, 'home/ops/.sudo_as_admin_successful');
  await writeWhole(flag, '');
  await chown(flag, OPS, OPS);
}

/** Lets the lab's key into an account, with the modes that sshd and dropbear insist on. */
export async function authorize(home: string, owner: number, key: LoginKey): Promise<void> {
  const directory = join(home, '.ssh');
  const file = join(directory, 'authorized_keys');
  await makeDirectory(directory, 0o700);
  await writeWhole(file, `${key.publicLine}\n`, 0o600);
  await chown(directory, owner, owner);
  await chown(file, owner, owner);
}

/** Nothing on the host wakes up by itself, neither timers nor cron's jobs. */
async function silence(root: string, masked: readonly string[]): Promise<void> {
  for (const unit of masked) await symlink('/dev/null', join(root, 'etc/systemd/system', unit));
  const crontab = ['SHELL=/bin/sh', 'PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin', ''];
  await writeWhole(join(root, 'etc/crontab'), crontab.join('\n'));
  await rm(join(root, 'etc/cron.d/e2scrub_all'), { force: true });
}

/** Removes what the build left of this machine, and what each host has of its own (see identity.ts). */
async function forgetBuilder(root: string): Promise<void> {
  await must(['chroot', root, 'apt-get', 'clean']);
  await must(['find', join(root, 'var/lib/apt/lists'), join(root, 'var/cache/apt'), '-type', 'f', '-delete']);
  await must(['find', join(root, 'etc/ssh'), '-name', 'ssh_host_*', '-delete']);
  for (const file of ['etc/hostname', 'etc/machine-id', 'var/lib/dbus/machine-id', 'var/log/bootstrap.log']) {
    await rm(join(root, file), { force: true });
  }
  await symlink('/etc/machine-id', join(root, 'var/lib/dbus/machine-id')); // as the package dbus has it
  await writeWhole(join(root, 'etc/default/locale'), 'LANG=C.UTF-8\n'); // what the installer would have chosen
  await writeWhole(join(root, 'etc/apt/sources.list'), ''); // no archive is within reach of a lab host
  await writeWhole(join(root, 'etc/resolv.conf'), '');
  await writeWhole(join(root, 'etc/.pwd.lock'), '', 0o600); // or the first boot makes it
  // Tells systemd that /etc and /var are as new as /usr, so that no host repeats the work of a first boot.
  for (const stamp of ['etc/.updated', 'var/.updated']) {
    const file = join(root, stamp);
    await writeWhole(file, '');
    await utimes(file, new Date(), new Date());
  }
}

/** debootstrap does not read apt's configuration; where apt goes through a proxy, it must as well. */
async function aptProxy(): Promise<NodeJS.ProcessEnv> {
  const told = await must(['apt-config', 'shell', 'PROXY', 'Acquire::http::Proxy']);
  const proxy = /^PROXY='(.+)'$/m.exec(told)?.[1];
  return proxy === undefined ? {} : { http_proxy: proxy };
}
