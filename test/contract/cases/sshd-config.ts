import type { ContractCase, Distro } from '../case.ts';

const DEBIAN: readonly Distro[] = ['bullseye', 'bookworm', 'trixie'];

function onDebian(reason: RegExp): NonNullable<ContractCase['refusedOn']> {
  return { bullseye: reason, bookworm: reason, trixie: reason };
}

/** What sshd has in effect for a login, by its own word. */
const effective = (keyword: string, value: string): string =>
  `sshd -T -C user=root,host=h,addr=10.0.0.9,laddr=10.0.0.1,lport=22 | grep -qx ${JSON.stringify(`${keyword} ${value}`)}`;
/** The running server has read everything. */
const loaded = '[ /run/sshd.pid -nt /etc/ssh/sshd_config.d ] && kill -0 "$(cat /run/sshd.pid)"';

/** systemd listens, and starts a server for each connection (Debian 11) or gives it the socket. */
const SOCKET =
  'set -e; systemctl stop ssh.service; systemctl start ssh.socket; ssh-keyscan 127.0.0.1 >/dev/null 2>&1; sleep 0.5';

export const cases: readonly ContractCase[] = [
  {
    title: 'sshd_config: settings of all forms, in effect and loaded',
    only: DEBIAN,
    steps: [
      {
        sshd_config: {
          name: '10-hardening',
          settings: {
            PasswordAuthentication: false,
            PermitRootLogin: 'prohibit-password',
            AllowUsers: ['root', 'ops'],
            MaxAuthTries: 4,
            Ciphers: ['aes256-gcm@openssh.com', 'aes128-ctr'],
            X11Forwarding: false,
          },
          match: [
            { criteria: 'Group sftponly', settings: { ForceCommand: 'internal-sftp', PermitTTY: false } },
          ],
        },
      },
    ],
    expectChanges: 2,
    after: `set -e; [ "$(stat -c %U:%G:%a /etc/ssh/sshd_config.d/10-hardening.conf)" = root:root:600 ]; ${loaded}
${effective('passwordauthentication', 'no')}; ${effective('permitrootlogin', 'without-password')}; ${effective('allowusers', 'ops')}
${effective('ciphers', 'aes256-gcm@openssh.com,aes128-ctr')}; ${effective('forcecommand', 'none')}; ${effective('x11forwarding', 'no')}`,
  },
  {
    title: 'sshd_config: no OpenSSH server',
    only: ['busybox'],
    steps: [{ sshd_config: { name: 'x', settings: { X11Forwarding: false } } }],
    refusedOn: { busybox: /this host has no OpenSSH server/ },
  },
  {
    title: 'sshd_config: absent on a host without an OpenSSH server',
    only: ['busybox'],
    steps: [{ sshd_config: { name: 'x', state: 'absent' } }],
    expectChanges: 0,
  },
  {
    title: 'sshd_config: content, mode, owner drifted',
    only: DEBIAN,
    prepare: `echo 'X11Forwarding yes' >/etc/ssh/sshd_config.d/x.conf; chmod 0644 /etc/ssh/sshd_config.d/x.conf; chown 1:1 /etc/ssh/sshd_config.d/x.conf`,
    steps: [{ sshd_config: { name: 'x', settings: { X11Forwarding: false } } }],
    expectChanges: 5,
    after: `${effective('x11forwarding', 'no')} && ${loaded}`,
  },
  {
    title: 'sshd_config: as wanted, but the running server has not read it',
    only: DEBIAN,
    prepare: `printf '# Managed by provision: what is changed here is put back by the next run.\\nX11Forwarding no\\n' >/etc/ssh/sshd_config.d/x.conf; chmod 0600 /etc/ssh/sshd_config.d/x.conf`,
    steps: [{ sshd_config: { name: 'x', settings: { X11Forwarding: false } } }],
    expectChanges: 1,
    after: loaded,
  },
  {
    title: 'sshd_config: absent, and the server reads what is left',
    only: DEBIAN,
    prepare: `echo 'X11Forwarding no' >/etc/ssh/sshd_config.d/x.conf; systemctl reload ssh; sleep 0.5`,
    steps: [{ sshd_config: { name: 'x', state: 'absent' } }],
    expectChanges: 2,
    after: `[ ! -e /etc/ssh/sshd_config.d/x.conf ] && ${loaded}`,
  },
  {
    title: 'sshd_config: another file sets the same first',
    only: DEBIAN,
    prepare: `echo 'PasswordAuthentication yes' >/etc/ssh/sshd_config.d/05-cloud.conf`,
    steps: [{ sshd_config: { name: '10-x', settings: { PasswordAuthentication: false } } }],
    refusedOn: onDebian(
      /PasswordAuthentication would not be "no" but "yes", because of \/etc\/ssh\/sshd_config\.d\/05-cloud\.conf:1/,
    ),
  },
  {
    title: 'sshd_config: another file sets the same to the same, or later',
    only: DEBIAN,
    prepare: `printf 'passwordauthentication=no\\n' >/etc/ssh/sshd_config.d/05-a.conf; echo 'PasswordAuthentication yes' >/etc/ssh/sshd_config.d/50-b.conf`,
    steps: [{ sshd_config: { name: '10-x', settings: { PasswordAuthentication: false } } }],
    expectChanges: 2,
  },
  {
    title: 'sshd_config: another file adds to the list',
    only: DEBIAN,
    prepare: `echo 'AllowUsers mallory' >/etc/ssh/sshd_config.d/50-b.conf`,
    steps: [{ sshd_config: { name: '10-x', settings: { AllowUsers: ['root'] } } }],
    refusedOn: onDebian(/AllowUsers would not be "root" but "mallory root", because of .*50-b\.conf:1/),
  },
  {
    title: 'sshd_config: the main file sets it before its Include',
    only: DEBIAN,
    prepare: `sed -i '1i X11Forwarding yes' /etc/ssh/sshd_config`,
    steps: [{ sshd_config: { name: '10-x', settings: { X11Forwarding: false } } }],
    refusedOn: onDebian(/X11Forwarding would not be "no" but "yes", because of \/etc\/ssh\/sshd_config:1/),
  },
  {
    title: 'sshd_config: an earlier step takes away what comes first',
    only: DEBIAN,
    prepare: `echo 'PasswordAuthentication yes' >/etc/ssh/sshd_config.d/05-cloud.conf`,
    steps: [
      { file: { path: '/etc/ssh/sshd_config.d/05-cloud.conf', state: 'absent' } },
      { sshd_config: { name: '10-x', settings: { PasswordAuthentication: false } } },
    ],
    expectChanges: 3,
    after: effective('passwordauthentication', 'no'),
  },
  {
    title: 'sshd_config: the directory is not included',
    only: DEBIAN,
    prepare: `sed -i '/^Include/d' /etc/ssh/sshd_config`,
    steps: [{ sshd_config: { name: 'x', settings: { X11Forwarding: false } } }],
    refusedOn: onDebian(
      /does not include \/etc\/ssh\/sshd_config\.d\/x\.conf: the settings would have no effect/,
    ),
  },
  {
    title: 'sshd_config: the directory is included for some connections only',
    only: DEBIAN,
    prepare: `sed -i '/^Include/d' /etc/ssh/sshd_config; printf 'Match User bob\\nInclude /etc/ssh/sshd_config.d/*.conf\\n' >>/etc/ssh/sshd_config`,
    steps: [{ sshd_config: { name: 'x', settings: { X11Forwarding: false } } }],
    refusedOn: onDebian(/includes .* only under "Match User bob"/),
  },
  {
    title: 'sshd_config: an unknown keyword',
    only: DEBIAN,
    steps: [{ sshd_config: { name: 'x', settings: { PasswordAuthentification: false } } }],
    refusedOn: onDebian(
      /x\.conf:2: Bad configuration option: PasswordAuthentification[\s\S]*did you mean "PasswordAuthentication"/,
    ),
  },
  {
    title: 'sshd_config: an impossible value',
    only: DEBIAN,
    steps: [{ sshd_config: { name: 'x', settings: { X11Forwarding: 'perhaps' } } }],
    refusedOn: onDebian(/x\.conf:2: .*(unsupported option|bad yes\/no argument)/),
  },
  {
    title: 'sshd_config: a mistake that another file brings to light',
    only: DEBIAN,
    prepare: `printf 'X11Forwarding no\\n\\nNonsense 1\\n' >/etc/ssh/sshd_config.d/50-b.conf`,
    steps: [{ sshd_config: { name: 'x', settings: { MaxAuthTries: 3 } } }],
    refusedOn: onDebian(/50-b\.conf:3: Bad configuration option: Nonsense/),
  },
  ...(
    [
      ['PermitRootLogin no', { PermitRootLogin: false }, /PermitRootLogin no \(.*10-x\.conf:2\)/],
      [
        'AllowUsers without us',
        { AllowUsers: ['deploy', 'ops'] },
        /AllowUsers deploy ops, which does not name "root"/,
      ],
      ['DenyUsers with us', { DenyUsers: ['r*'] }, /DenyUsers r\*/],
      [
        'AllowGroups without us',
        { AllowGroups: ['ssh-users'] },
        /AllowGroups ssh-users, of which "root" \(root\) is in none/,
      ],
      [
        'no public keys',
        { PubkeyAuthentication: false },
        /PubkeyAuthentication no \(this run logs in by publickey\)/,
      ],
      [
        'two methods',
        { AuthenticationMethods: ['publickey,password'] },
        /AuthenticationMethods publickey,password/,
      ],
      ['another port', { Port: 2222 }, /no longer at [0-9.]+ port 22/],
      ['another address', { ListenAddress: '127.0.0.1' }, /it would listen at 127\.0\.0\.1:22/],
      ['a forced command', { ForceCommand: '/bin/false' }, /ForceCommand \/bin\/false/],
    ] as const
  ).map(
    ([what, settings, reason]): ContractCase => ({
      title: `sshd_config: locks us out by ${what}`,
      only: DEBIAN,
      steps: [{ sshd_config: { name: '10-x', settings } }],
      refusedOn: onDebian(new RegExp(`lock the controller out.*${reason.source}`)),
    }),
  ),
  {
    title: 'sshd_config: Match blocks count for the login of this run',
    only: DEBIAN,
    steps: [
      {
        sshd_config: {
          name: '10-x',
          match: [{ criteria: 'User root', settings: { PubkeyAuthentication: false } }],
        },
      },
    ],
    refusedOn: onDebian(/lock the controller out.*PubkeyAuthentication no/),
  },
  {
    title: 'sshd_config: a port besides ours',
    only: DEBIAN,
    steps: [{ sshd_config: { name: '10-x', settings: { Port: [22, 2222] } } }],
    expectChanges: 2,
    after: `grep -q ':08AE ' /proc/net/tcp && ${loaded}`,
    beyondFiles: true,
  },
  {
    title: 'sshd_config: systemd listens in its place',
    only: DEBIAN,
    prepare: SOCKET,
    steps: [{ sshd_config: { name: '10-x', settings: { Port: [22, 2222] } } }],
    refusedOn: onDebian(/"Port" would have no effect: on this host systemd listens for sshd \(ssh\.socket\)/),
    beyondFiles: true,
  },
  {
    title: 'sshd_config: settings where systemd listens',
    only: DEBIAN,
    prepare: SOCKET,
    steps: [{ sshd_config: { name: '10-x', settings: { X11Forwarding: false } } }],
    after: `mkdir -p /run/sshd; ${effective('x11forwarding', 'no')}`,
    beyondFiles: true,
  },
  {
    title: 'sshd_config: a name with its ending, and nothing to set',
    only: DEBIAN,
    steps: [{ sshd_config: { name: 'x.conf', settings: { X11Forwarding: false } } }],
    refusedOn: onDebian(/the file would be x\.conf\.conf/),
  },
];
