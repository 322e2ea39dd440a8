/**
 * What a login over SSH rests on, by path: where it is changed, the change is made under guard. Said with the real paths of
 * Debian and with those that other systems have in their place.
 */

/** These and everything below them. */
export const TREES: readonly string[] = [
  // The servers, their units and their settings.
  '/etc/ssh',
  '/etc/dropbear',
  // Where the server locks itself in, by system: it starts no session without it, nor where others may write to it.
  '/run/sshd',
  '/var/run/sshd',
  '/var/empty',
  '/usr/share/empty.sshd',
  '/var/lib/sshd',
  // Its programs, what it loads, and what sudo loads.
  ...['/usr/lib', '/usr/libexec', '/usr/lib64'].flatMap((at) =>
    ['openssh', 'ssh', 'sudo', 'security'].map((name) => `${at}/${name}`),
  ),
  '/lib/security',
  '/lib64/security',
  '/etc/ld.so.conf.d',
  '/etc/crypto-policies',
  // What shells read though nobody sits there.
  '/etc/fish',
  '/etc/zsh',
  '/etc/bash',
  // Who may log in, and become root.
  '/etc/pam.d',
  '/etc/security',
  '/etc/sudoers.d',
  '/etc/sssd',
  // What lets packets in.
  '/etc/ufw',
  '/etc/nftables.d',
  '/etc/iptables',
  '/etc/network',
  '/etc/netplan',
  '/etc/systemd/network',
  '/etc/NetworkManager',
];

/** These alone. */
export const FILES: readonly string[] = [
  '/etc/default/ssh',
  '/etc/default/dropbear',
  '/etc/default/ufw',
  '/etc/default/login',
  '/etc/default/locale',
  '/etc/sudoers',
  '/etc/sudo.conf',
  '/etc/doas.conf',
  '/etc/pam.conf',
  '/etc/passwd',
  '/etc/shadow',
  '/etc/group',
  '/etc/gshadow',
  '/etc/shells',
  '/etc/login.defs',
  '/etc/environment',
  '/etc/nsswitch.conf',
  '/etc/hosts.allow',
  '/etc/hosts.deny',
  '/etc/nologin',
  '/run/nologin',
  '/var/run/nologin',
  '/etc/nftables.conf',
  '/etc/ld.so.preload',
  '/etc/ld.so.conf',
  '/etc/ld.so.cache',
  '/etc/ssl/openssl.cnf',
  '/etc/pki/tls/openssl.cnf',
  // Debian's bash reads the first for every command over SSH, Fedora's the second by way of ~/.bashrc.
  '/etc/bash.bashrc',
  '/etc/bashrc',
  '/etc/zshenv',
  '/etc/csh.cshrc',
  '/etc/csh.login',
  '/etc/tcshrc',
  '/etc/tcsh.cshrc',
  ...[
    ...['sh', 'dash', 'bash', 'rbash', 'ash', 'zsh', 'fish', 'ksh', 'mksh', 'csh', 'tcsh', 'busybox'],
    ...['sudo', 'su', 'doas'],
  ].flatMap((name) => [`/bin/${name}`, `/usr/bin/${name}`]),
  ...['sshd', 'dropbear'].flatMap((name) => [`/usr/sbin/${name}`, `/usr/bin/${name}`, `/sbin/${name}`]),
];

const LIBRARIES = '/(?:usr/)?lib[^/]*(?:/[^/]+-linux[^/]*)?(?:/glibc-hwcaps/[^/]+)?';
const UNITS = '/(?:etc|run|(?:usr/)?lib|usr/local/lib)/systemd/(?:system|system.control)';
const SERVER = '(?:ssh|sshd|dropbear)';

/** Those of which only a part of the name is known, as files: what servers, shells and sudo are linked with, and units. */
export const PATTERNS: readonly RegExp[] = [
  `${LIBRARIES}/[^/]+\\.so(?:\\.[0-9.]+)?`,
  `${LIBRARIES}/(?:security|ossl-modules|engines-[^/]+)/.+`,
  // With their drop-ins, those of all instances and of all services, and the links by which they are started.
  `${UNITS}/(?:[^/]+\\.(?:wants|requires)/)?(?:${SERVER}[-@.]|(?:service|socket)\\.d)[^/]*(?:/.+)?`,
].map((pattern) => new RegExp(`^${pattern}$`));

/** A server that runs goes on without these, so that no new connection tells; the next start of the host does. */
export const NEEDED_AT_BOOT = new RegExp(
  `^(?:(?:/(?:usr/)?lib/systemd/system|/etc/systemd/system/[^/]+\\.(?:wants|requires))/${SERVER}\\.(?:service|socket)|(?:/usr)?/sbin/(?:sshd|dropbear))$`,
);
/** Where one that leads to /dev/null is a mask. */
export const MASKS = new RegExp(`^/(?:etc|run)/systemd/system/${SERVER}\\.(?:service|socket)$`);

/** The directories that hold them. */
export const HOLDERS: readonly RegExp[] = [
  LIBRARIES,
  `${LIBRARIES}/(?:security|ossl-modules)`,
  '/(?:etc|(?:usr/)?lib)/systemd(?:/system(?:/(?:multi-user|sockets)\\.target\\.wants)?)?',
].map((pattern) => new RegExp(`^${pattern}$`));

/**
 * What every program on a host needs, the one that puts things back too (with dash, cp, mv and their like): a change to it could
 * not be rolled back.
 */
export const NEEDED_TO_GO_BACK = new RegExp(
  `^${LIBRARIES}/(?:ld-[^/]+|libc(?:[-.][^/]+)?|libselinux|libpcre2-8|libacl|libattr)\\.so(?:\\.[0-9.]+)?$`,
);

/** The same in the home of the user that logs in: keys, and what its shell reads though nobody sits there. */
export const HOME_TREES: readonly string[] = ['.ssh', '.config/fish'];
export const HOME_FILES: readonly string[] = ['.bashrc', '.zshenv', '.cshrc', '.tcshrc'];
