import { createHash } from 'node:crypto';
import type { Distro } from './types.ts';

/** Raise this when the way a base is built changes in code that the recipes below do not show. */
const BUILD_VERSION = 1;

/** How the base of a Debian host is made. Everything in it is part of the base's content key. */
export interface DebianRecipe {
  readonly kind: 'debian';
  readonly suite: string;
  readonly packages: readonly string[];
  readonly masked: readonly string[];
}

/** A root of one static busybox and the named Debian programs with their shared libraries. */
export interface BusyboxRecipe {
  readonly kind: 'busybox';
  readonly packages: readonly string[];
}

export type Recipe = DebianRecipe | BusyboxRecipe;

/** What a small Debian server has. No compiler, no curl, no netcat: the tool under test must not lean on them. */
const SERVER = [
  'adduser',
  'ca-certificates',
  'cron',
  'dbus',
  'iproute2',
  'iptables',
  'libpam-systemd',
  'openssh-server',
  'procps',
  'sudo',
  'systemd-sysv',
  'systemd-timesyncd',
  'tzdata',
  'ufw',
  'unzip',
  'xz-utils',
  'zstd',
] as const;

/** Units that would write on a host at times of their own, or touch this machine's kernel. */
const MASKED = [
  'apt-daily-upgrade.timer',
  'apt-daily.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'logrotate.timer',
  'man-db.timer',
  'systemd-tmpfiles-clean.timer',
  'console-getty.service',
  'dev-hugepages.mount',
  'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount',
] as const;

/** How the base of `distro` is made. */
export function recipeOf(distro: Distro): Recipe {
  if (distro === 'busybox') return { kind: 'busybox', packages: ['busybox-static', 'dropbear-bin'] };
  return { kind: 'debian', suite: distro, packages: SERVER, masked: MASKED };
}

/** Equal keys, equal bases: a changed recipe or another login key gives a new one. */
export function contentKey(recipe: Recipe, loginKey: string): string {
  const told = JSON.stringify([BUILD_VERSION, recipe, loginKey]);
  return createHash('sha256').update(told).digest('hex').slice(0, 12);
}
