/** A session's number: plain where the kernel's audit counts sessions, with a `c` where logind counts them itself. */
const SESSION = 'c?[0-9]+';
/** logind writes beside and renames: `.#` + name + six characters. */
const beside = (name: string): string => `(${name}|\\.#${name}[A-Za-z0-9]{6,16})`;

interface Noise {
  readonly writer: string;
  /** Paths, as regular expressions that are anchored at both ends. */
  readonly paths: readonly string[];
}

/**
 * What a login leaves on a Debian host, found by logging in (with and without a terminal, as root and as ops, failing,
 * with sftp and sudo) and waiting until the last trace was gone again, ten seconds after the logout. On the busybox
 * host a login writes nothing.
 *
 * A directory stands here where its list of entries changes. This hides a file that is made and removed again right
 * inside it; one that stays is reported under its own name. The lists of `/`, `/tmp`, `/var/tmp`, `/dev/shm`, `/etc`,
 * `/var/log` and every home are not here.
 */
const NOISE: readonly Noise[] = [
  {
    writer: 'pam_motd runs /etc/update-motd.d at each login and renames the text into /run',
    paths: ['/run', '/run/motd\\.dynamic(\\.new)?'],
  },
  {
    writer:
      'systemd-journald: what sshd, sudo and PAM log, to the system journal and to those of users above 999',
    paths: [
      '/var/log/journal/[0-9a-f]{32}',
      '/var/log/journal/[0-9a-f]{32}/(system|user-[0-9]+)(@[0-9a-f-]+)?\\.journal~?',
    ],
  },
  {
    writer:
      'systemd-journald: one file for each service that has its output connected, here the user manager',
    paths: ['/run/systemd/journal/streams', `/run/systemd/journal/streams/${beside('[0-9]+:[0-9]+')}`],
  },
  {
    writer: 'systemd-logind: the session and its user',
    paths: [
      '/run/systemd/sessions',
      `/run/systemd/sessions/${beside(SESSION)}`,
      `/run/systemd/sessions/${SESSION}\\.ref`,
      '/run/systemd/users',
      `/run/systemd/users/${beside('[0-9]+')}`,
    ],
  },
  {
    writer:
      'systemd: the scope of the session, and the units that start with a first and end with a last session',
    paths: [
      '/run/systemd/transient',
      `/run/systemd/transient/session-${SESSION}\\.scope`,
      '/run/systemd/units',
      `/run/systemd/units/invocation:session-${SESSION}\\.scope`,
      '/run/systemd/units/invocation:user@[0-9]+\\.service',
      '/run/systemd/units/invocation:user-runtime-dir@[0-9]+\\.service',
    ],
  },
  {
    writer: 'user-runtime-dir@.service mounts the runtime directory; the user manager fills it',
    paths: [
      '/run/user',
      '/run/user/[0-9]+',
      '/run/user/[0-9]+/systemd',
      '/run/user/[0-9]+/systemd/(notify|private|units)',
      '/run/user/[0-9]+/systemd/inaccessible',
      '/run/user/[0-9]+/systemd/inaccessible/(blk|chr|dir|fifo|reg|sock)',
    ],
  },
  {
    writer: 'the user manager of Debian 13: the same, and the socket of its ssh-agent',
    paths: [
      '/run/user/[0-9]+/systemd/propagate',
      '/run/user/[0-9]+/systemd/propagate/\\.os-release-stage',
      '/run/user/[0-9]+/systemd/propagate/\\.os-release-stage/os-release',
      '/run/user/[0-9]+/systemd/units/invocation:ssh-agent\\.socket',
      '/run/user/[0-9]+/openssh_agent',
    ],
  },
  {
    writer: 'sshd and PAM, for logins with a terminal: who is, and when was, logged in',
    paths: ['/run/utmp', '/var/log/wtmp', '/var/log/lastlog', '/var/log/wtmp\\.db(-journal)?'],
  },
  { writer: 'sshd: a login that failed', paths: ['/var/log/btmp'] },
];

/** The paths that a login writes by itself. */
export const loginNoise: readonly RegExp[] = NOISE.flatMap(({ paths }) =>
  paths.map((path) => new RegExp(`^${path}$`)),
);

export function isLoginNoise(path: string): boolean {
  return loginNoise.some((pattern) => pattern.test(path));
}
