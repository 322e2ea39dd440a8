/**
 * What a login over SSH rests on, by path: where it is changed, the change is made under guard. Said with the real paths of
 * Debian and with those that other systems have in their place.
 */

/** These and everything below them. */
export const TREES: readonly string[] = [
  // The servers, their units and their settings.
  '/etc/ssh',
  '/etc/dropbear',
  ...['ssh', 'sshd', 'dropbear'].flatMap((name) =>
    [`${name}.service`, `${name}.socket`, `${name}@.service`].flatMap((unit) =>
      ['', '.d'].map((suffix) => `/etc/systemd/system/${unit}${suffix}`),
    ),
  ),
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
  '/etc/zsh/zshenv',
  '/etc/csh.cshrc',
  ...['sh', 'dash', 'bash', 'sudo', 'busybox'].flatMap((name) => [`/bin/${name}`, `/usr/bin/${name}`]),
  '/usr/sbin/sshd',
  '/usr/sbin/dropbear',
  '/usr/lib/openssh/sshd-session',
  '/usr/lib/openssh/sshd-auth',
];

/** The same in the home of the user that logs in: keys, and what its shell reads though nobody sits there. */
export const HOME_TREES: readonly string[] = ['.ssh', '.config/fish'];
export const HOME_FILES: readonly string[] = ['.bashrc', '.zshenv', '.cshrc', '.tcshrc'];
