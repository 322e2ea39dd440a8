import { createHash } from 'node:crypto';
import type { Distro } from './types.ts';

/** Raise this when the way a base is built changes in code that the recipes below do not show. */
const BUILD_VERSION = 3;

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
  readonly suite: string;
  readonly packages: readonly string[];
  /** Files of /etc, by path. */
  readonly files: Readonly<Record<string, string>>;
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

const BUSYBOX: BusyboxRecipe = {
  kind: 'busybox',
  suite: 'bookworm',
  packages: [
    'busybox-static',
    'dropbear-bin',
    'libc6',
    'libcrypt1',
    'libgmp10',
    'libtomcrypt1',
    'libtommath1',
    'zlib1g',
  ],
  files: {
    'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
    'etc/group': 'root:x:0:\n',
    'etc/shadow': 'root:*:19000:0:99999:7:::\n',
    'etc/inittab': '::sysinit:/etc/init.d/dropbear start\n',
    'etc/init.d/dropbear': `#!/bin/sh
file=/run/dropbear.pid
pid=$(cat $file 2>/dev/null)
case "$1" in
  start) [ -n "$pid" ] && [ -d "/proc/$pid" ] || exec dropbear -P $file ;;
  stop) [ -z "$pid" ] || { kill "$pid"; rm -f $file; } ;;
esac
`,
  },
};

/** How the base of `distro` is made. */
export function recipeOf(distro: Distro): Recipe {
  if (distro === 'busybox') return BUSYBOX;
  return { kind: 'debian', suite: distro, packages: SERVER, masked: MASKED };
}

/** Equal keys, equal bases: a changed recipe or another login key gives a new one. */
export function contentKey(recipe: Recipe, loginKey: string): string {
  const told = JSON.stringify([BUILD_VERSION, recipe, loginKey]);
  return createHash('sha256').update(told).digest('hex').slice(0, 12);
}
