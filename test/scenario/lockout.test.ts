import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPackages, type Distro, type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliResult, provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';
import { nothingOfOurs } from '../support/nothing-of-ours.ts';

let lab: Lab;
let directory: string;
const inventories: Record<string, string> = {};
const free = new Map<Distro, LabHost[]>();
const waiting: (() => void)[] = [];
/** Hosts that may not be as `up` has made them. */
const used = new Set<LabHost>();

beforeAll(async () => {
  lab = await openLab({ name: labName('lockout') });
  for (const host of await lab.up({ bookworm: 5, bullseye: 2, trixie: 2, busybox: 1 })) {
    free.set(host.distro, [...(free.get(host.distro) ?? []), host]);
  }
  directory = mkdtempSync(join(tmpdir(), 'provision-lockout-'));
  for (const user of ['root', 'ops'] as const) {
    inventories[user] = join(directory, `${user}.yml`);
    await lab.writeInventory(inventories[user], { user });
  }
});
afterAll(async () => {
  await lab?.down();
  if (directory !== undefined) rmSync(directory, { recursive: true });
});

/**
 * Lends a host of a system in its first state, when one is free. No process of ours may be left there afterwards.
 *
 * @param untouched where it succeeds the host is in its first state still.
 */
async function onHost(
  distro: Distro,
  use: (host: LabHost) => Promise<void>,
  untouched = false,
): Promise<void> {
  let host = free.get(distro)?.pop();
  while (host === undefined) {
    await new Promise<void>((resolve) => waiting.push(resolve));
    host = free.get(distro)?.pop();
  }
  try {
    if (used.has(host)) await lab.reset(host);
    used.add(host);
    await use(host);
    await nothingOfOurs(lab, [host], { files: false });
    if (untouched) used.delete(host);
  } finally {
    free.get(distro)?.push(host);
    for (const next of waiting.splice(0)) next();
  }
}

let count = 0;
function playbook(host: LabHost, steps: readonly object[], more: object = {}): string {
  count += 1;
  const path = join(directory, `playbook-${count}.yml`);
  writeFileSync(path, JSON.stringify({ hosts: host.name, ...more, steps }));
  return path;
}

interface Given {
  readonly user?: 'root' | 'ops';
  readonly options?: readonly string[];
  /** Default: for whom is not root. */
  readonly become?: boolean;
  readonly onSpawn?: (pid: number) => void;
}

/** Applies steps to a host, as `ops` with sudo or as root. */
function apply(host: LabHost, steps: readonly object[], given: Given = {}): Promise<CliResult> {
  const { user = 'root', options = [], become = user !== 'root', onSpawn } = given;
  const file = playbook(host, steps, become ? { become } : {});
  const args = ['-i', inventories[user]!, file, '--json', '--connect-timeout', '5', ...options];
  return provision(args, onSpawn === undefined ? {} : { onSpawn });
}

/** All that the login depends on, and the firewall as the kernel has it. */
async function wayIn(host: LabHost): Promise<string> {
  const { stdout } = await lab.exec(
    host,
    `cd /; for f in srv usr/local/sbin/keys etc/ssh etc/sudoers etc/sudoers.d etc/ufw etc/default/ufw etc/passwd etc/shadow etc/group etc/gshadow etc/pam.d etc/systemd/system root/.ssh home var/lib run/nologin etc/nologin run/sshd etc/bash.bashrc usr/lib/*/security usr/lib/*/libcrypto.so.3; do
  [ -e $f ] || continue
  find $f -path var/lib/systemd -prune -o -path var/lib/private -prune -o -path 'var/lib/*/*' -prune -o ! -type d -print | sort | while read -r p; do stat -c '%n %F %a %u:%g' "$p"; [ -f "$p" ] && sha256sum "$p"; done
  find $f -path 'var/lib/*/*' -prune -o -type d -print | sort | while read -r p; do stat -c '%n %F %a %u:%g' "$p"; done
done
command -v systemctl >/dev/null && systemctl is-active netfilter-persistent
iptables -S 2>/dev/null | grep -e '^-P' || true`,
  );
  return stdout;
}

/** Nothing of a guard: no file, no unit, no process. */
async function leftBehind(host: LabHost): Promise<string> {
  const { stdout } = await lab.exec(
    host,
    `ls -d /var/lib/provision-* /run/provision-* /var/tmp/provision-guard-* /tmp/provision-guard-* /etc/systemd/system/provision-* /etc/systemd/system/*/provision-* /etc/.provision-* /etc/*/.provision-* /root/.ssh/.provision-* /home/*/.ssh/.provision-* 2>/dev/null
command -v systemctl >/dev/null && systemctl list-units --all --plain --no-legend 'provision-*' | grep -v ' inactive *dead '
for p in /proc/[0-9]*; do tr '\\000' ' ' <$p/cmdline 2>/dev/null | grep -e 'provision[-]guard-[0-9a-f]'; done
true`,
  );
  return stdout;
}

/** A new connection with OpenSSH's own client, as proof that is not ours. */
async function getsIn(host: LabHost, user: 'root' | 'ops' = 'root'): Promise<string> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const [program, ...args] = await lab.sshCommand(host, user);
  const command = user === 'root' ? 'id -u' : 'sudo -n id -u';
  const { stdout } = await promisify(execFile)(program!, [...args, command], { timeout: 30_000 });
  return stdout.trim();
}

function guardStates(result: CliResult): readonly unknown[] {
  return result.events.filter(({ event }) => event === 'guard').map(({ state }) => state);
}

function failureOf(result: CliResult): Readonly<Record<string, unknown>> {
  const finished = result.events.filter(
    ({ event, status }) => event === 'step-finished' && status === 'failed',
  );
  expect(finished, result.stdout + result.stderr).toHaveLength(1);
  return finished[0]!.failure as Readonly<Record<string, unknown>>;
}

/** The whole of a lockout that is refused: nothing is done, the dry run says the same, and the host is as before. */
async function expectRefused(
  host: LabHost,
  steps: readonly object[],
  why: RegExp,
  user: 'root' | 'ops' = 'root',
) {
  const before = await wayIn(host);
  for (const options of [['--dry-run'], []]) {
    const result = await apply(host, steps, { user, options });
    expect(result.code, result.stdout).toBe(3);
    expect(failureOf(result).message).toMatch(why);
    expect(guardStates(result)).toEqual([]);
  }
  expect(await wayIn(host)).toBe(before);
  expect(await getsIn(host, user)).toBe('0');
  expect(await leftBehind(host)).toBe('');
}

/** The whole of a lockout that nobody foresees: it is rolled back, and the host is as before. */
async function expectRolledBack(
  host: LabHost,
  steps: readonly object[],
  why: RegExp,
  user: 'root' | 'ops' = 'root',
  given: Given = {},
): Promise<CliResult> {
  const before = await wayIn(host);
  const result = await apply(host, steps, { user, ...given });
  expect(result.code, result.stdout).toBe(3);
  const { message, hint, rolledBack, lockout } = failureOf(result);
  expect(message).toMatch(why);
  expect(message).toContain('was rolled back, and a new connection gets in');
  // It may be the number of connections that a firewall minds.
  expect(/"limit" of ufw/.test(String(hint))).toBe(
    /answer in time|closed the connection/.test(String(message)),
  );
  expect({ rolledBack, lockout }).toEqual({ rolledBack: true, lockout: true });
  expect(guardStates(result)).toEqual(['armed', 'rolled-back']);
  expect(await wayIn(host)).toBe(before);
  expect(await getsIn(host, user)).toBe('0');
  expect(await leftBehind(host)).toBe('');
  return result;
}

const FIREWALL = { state: 'enabled', incoming: 'deny' };
/** What no rule of ufw's own files tells. */
const HIDDEN_DROP = `sed -i '/^# End required lines/a -A ufw-before-input -p tcp --dport 22 -m conntrack --ctstate NEW -j DROP' /etc/ufw/before.rules`;
/** A unit as that of iptables-persistent: its rules let nobody in. */
const LOADS_RULES = `cat >/etc/systemd/system/netfilter-persistent.service <<'END'
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/iptables -A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW -j DROP
ExecStop=/usr/sbin/iptables -P FORWARD DROP
[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload`;
const OPEN = [{ ufw: { ...FIREWALL, rules: [{ allow: '22/tcp' }] } }];
/** Some key that is not this run's. */
const OTHER_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0Jw0h5VJBXBmlzb7uJGQYm9vM0Mdq0rZ0hB3aUuYq5 other';

const BY_KIND = (settings: object) => ({ sshd_config: { name: '10-test', settings } });
const BY_FILE = (content: string) => ({ file: { path: '/etc/ssh/sshd_config.d/10-test.conf', content } });

/** Sshd finds the keys of all users in a directory, which may be reached by another name. */
const KEYS_IN = (named: string, given = '') =>
  `mkdir -m 755 /srv/keys; install -m 644 /root/.ssh/authorized_keys /srv/keys/root; install -o ops -m 644 /home/ops/.ssh/authorized_keys /srv/keys/ops; ${given}
printf '%b\\n' '${named}' >/etc/ssh/sshd_config.d/00-keys.conf; systemctl reload ssh; sleep 1`;
const KEYS = KEYS_IN('AuthorizedKeysFile /srv/keys/%u');
/** Sshd asks a program for keys. */
const KEYS_BY_PROGRAM = `printf '%s\\n' '#!/bin/sh' "echo '$(cat /home/ops/.ssh/authorized_keys)'" >/usr/local/sbin/keys; chmod 755 /usr/local/sbin/keys
printf '%s\\n' 'AuthorizedKeysFile none' 'AuthorizedKeysCommand /usr/local/sbin/keys %u' 'AuthorizedKeysCommandUser nobody' >/etc/ssh/sshd_config.d/00-keys.conf; systemctl reload ssh; sleep 1`;
/** More of sshd's configuration lies elsewhere, and so does its only key. */
const MORE_ELSEWHERE = `mkdir /srv/sshd; cp -a /etc/ssh/ssh_host_ed25519_key* /srv/sshd/; sed -i '1i Include /srv/sshd/*.conf\\nHostKey /srv/sshd/ssh_host_ed25519_key' /etc/ssh/sshd_config; systemctl reload ssh; sleep 1`;
/** PAM asks a list of those who may log in. */
const LISTED = `printf '%s\\n' root ops >/srv/allowed; sed -i '1i account required pam_listfile.so item=user sense=allow onerr=fail file=/srv/allowed' /etc/pam.d/sshd`;

describe.concurrent('what is sure to cut the controller off is refused', () => {
  const cases: readonly (readonly [string, Distro, 'root' | 'ops', readonly object[], RegExp])[] = [
    ['no rule for us', 'bookworm', 'root', [{ ufw: { ...FIREWALL, rules: [] } }], /incoming: deny/],
    [
      'a rule for the wrong port',
      'bookworm',
      'ops',
      [{ ufw: { ...FIREWALL, rules: [{ allow: '2222/tcp' }] } }],
      /incoming: deny/,
    ],
    [
      'a deny rule before ours',
      'trixie',
      'root',
      [{ ufw: { ...FIREWALL, rules: [{ deny: '22/tcp', from: '10.0.0.0/8' }, { allow: '22/tcp' }] } }],
      /the rule "deny/,
    ],
    [
      'sshd at a port that ufw blocks',
      'bookworm',
      'root',
      [...OPEN, BY_KIND({ Port: 2222 })],
      /no longer at .* port 22/,
    ],
    ['the same by a file', 'bullseye', 'root', [...OPEN, BY_FILE('Port 2222\n')], /no longer at .* port 22/],
    [
      'a syntax error for sshd',
      'bookworm',
      'root',
      [BY_KIND({ PermitRootLogin: 'perhaps' })],
      /sshd of this host refuses the configuration/,
    ],
    [
      'the same by a file',
      'trixie',
      'ops',
      [BY_FILE('PermitRotLogin no\n')],
      /sshd of this host refuses the configuration/,
    ],
    ['no login of root', 'bookworm', 'root', [BY_KIND({ PermitRootLogin: false })], /PermitRootLogin no/],
    ['the same by a file', 'bullseye', 'root', [BY_FILE('PermitRootLogin no\n')], /PermitRootLogin no/],
    [
      'a list of users without ours',
      'bookworm',
      'ops',
      [BY_KIND({ AllowUsers: ['admin'] })],
      /AllowUsers admin/,
    ],
    ['the same by a file', 'trixie', 'ops', [BY_FILE('AllowUsers admin\n')], /AllowUsers admin/],
    [
      'a list of keys without ours',
      'bookworm',
      'ops',
      [{ authorized_keys: { user: 'ops', exclusive: true, keys: [OTHER_KEY] } }],
      /take the key out of .* that this run has logged in with/,
    ],
    [
      'the same with dropbear',
      'busybox',
      'root',
      [{ authorized_keys: { user: 'root', exclusive: true, keys: [OTHER_KEY] } }],
      /take the key out of/,
    ],
    [
      'a shell that is missing',
      'bookworm',
      'ops',
      [{ user: { name: 'ops', shell: '/bin/missing' } }],
      /\/bin\/missing does not exist/,
    ],
    [
      'a shell that lets nobody in',
      'bookworm',
      'ops',
      [{ user: { name: 'ops', shell: '/usr/sbin/nologin' } }],
      /lets do nothing/,
    ],
    [
      'another home',
      'bookworm',
      'ops',
      [{ user: { name: 'ops', home: '/srv/ops' } }],
      /in its new home \/srv\/ops there are none/,
    ],
    [
      'the user itself',
      'bookworm',
      'ops',
      [{ user: { name: 'ops', state: 'absent' } }],
      /logs in to this host as "ops"/,
    ],
    [
      'its home',
      'bookworm',
      'ops',
      [{ directory: { path: '/home/ops', state: 'absent', recursive: true } }],
      /\/home\/ops holds/,
    ],
    [
      'the directory above all settings',
      'bookworm',
      'root',
      [{ link: { path: '/etc/ssh', target: '/srv', force: true } }],
      /is a directory|holds/,
    ],
    [
      'what opens the host to logins',
      'bookworm',
      'root',
      [{ service: { name: 'systemd-user-sessions', state: 'stopped' } }],
      /logins to this host need systemd-user-sessions.service/,
    ],
    [
      'the end of the host',
      'bookworm',
      'ops',
      [{ service: { name: 'poweroff.target', state: 'started' } }],
      /poweroff.target ends what runs/,
    ],
    [
      'the server at the next start',
      'bookworm',
      'root',
      [{ file: { path: '/lib/systemd/system/ssh.service', state: 'absent' } }],
      /the SSH server is not started at the next start/,
    ],
    [
      'the program of the server',
      'bookworm',
      'ops',
      [{ file: { path: '/usr/sbin/sshd', state: 'absent' } }],
      /without .usr.sbin.sshd the SSH server is not started/,
    ],
    [
      'the service itself',
      'trixie',
      'root',
      [{ service: { name: 'ssh', state: 'stopped' } }],
      /ssh.service is how it gets in/,
    ],
  ];
  test.each(cases)('%s (%s, %s)', (_, distro, user, steps, why) =>
    onHost(distro, (host) => expectRefused(host, steps, why, user), true),
  );

  test('what holds the keys that sshd has elsewhere, and what it includes from elsewhere', () =>
    onHost('bookworm', async (host) => {
      await lab.exec(host, `${KEYS}\n${MORE_ELSEWHERE}`);
      const gone = [{ directory: { path: '/srv/keys', state: 'absent', recursive: true } }];
      await expectRefused(host, gone, /\/srv\/keys holds \/srv\/keys\/ops/, 'ops');
      const denies = [{ file: { path: '/srv/sshd/10-test.conf', content: 'DenyUsers root\n' } }];
      await expectRefused(host, denies, /DenyUsers root \(\/srv\/sshd\/10-test.conf:1\)/);
    }));
});

describe.concurrent('what nobody can foresee is rolled back', () => {
  const cases: readonly (readonly [string, Distro, 'root' | 'ops', string, readonly object[], RegExp])[] = [
    [
      'the firewall',
      'bookworm',
      'root',
      HIDDEN_DROP,
      OPEN,
      /a new connection did not get in: .* did not answer in time/,
    ],
    ['the firewall', 'bullseye', 'ops', HIDDEN_DROP, OPEN, /did not answer in time/],
    ['the firewall', 'trixie', 'root', HIDDEN_DROP, OPEN, /did not answer in time/],
    [
      'ciphers that we do not speak',
      'bookworm',
      'root',
      '',
      [BY_KIND({ Ciphers: ['aes256-cbc'] })],
      /did not get in/,
    ],
    [
      'a rule against our sudo',
      'bookworm',
      'ops',
      '',
      [{ sudoers: { name: 'zz-test', content: 'ops ALL=(ALL) !ALL\n' } }],
      /may not become "root"|not allowed/,
    ],
    [
      'our rule of sudo gone',
      'trixie',
      'ops',
      '',
      [{ sudoers: { name: 'ops', state: 'absent' } }],
      /password/,
    ],
    [
      'our group gone',
      'bookworm',
      'ops',
      `rm /etc/sudoers.d/ops; echo '%sudo ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/group; chmod 440 /etc/sudoers.d/group`,
      [{ user: { name: 'ops', groups: [], append: false } }],
      /password|sudoers/,
    ],
    [
      'the group itself gone',
      'bullseye',
      'ops',
      `groupadd wheel; gpasswd -a ops wheel; gpasswd -d ops sudo; rm /etc/sudoers.d/ops; echo '%wheel ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/group; chmod 440 /etc/sudoers.d/group`,
      [{ group: { name: 'wheel', state: 'absent' } }],
      /password|sudoers/,
    ],
    [
      'our group under another number',
      'bookworm',
      'ops',
      `groupadd -g 2000 wheel; usermod -g wheel -G '' ops; rm /etc/sudoers.d/ops; echo '%#2000 ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/group; chmod 440 /etc/sudoers.d/group`,
      [{ group: { name: 'wheel', gid: 2001 } }],
      /password|sudoers/,
    ],
    [
      'a unit that loads rules',
      'bookworm',
      'ops',
      LOADS_RULES,
      [{ service: { name: 'netfilter-persistent', state: 'started', enabled: true } }],
      /did not answer in time/,
    ],
    [
      'a unit that loads rules',
      'trixie',
      'root',
      LOADS_RULES,
      [{ service: { name: 'netfilter-persistent', state: 'started', enabled: true } }],
      /did not answer in time/,
    ],
    [
      'our key from elsewhere only',
      'bookworm',
      'ops',
      '',
      [
        {
          file: {
            path: '/home/ops/.ssh/authorized_keys',
            content: `${OTHER_KEY}\n`,
            owner: 'ops',
            mode: '0600',
          },
        },
      ],
      /refused the login/,
    ],
    [
      'a locked user where no PAM is asked',
      'bookworm',
      'ops',
      `usermod -p '$6$x$y' ops; echo 'UsePAM no' >/etc/ssh/sshd_config.d/00-pam.conf; systemctl reload ssh; sleep 1`,
      [{ user: { name: 'ops', password_lock: true } }],
      /refused the login/,
    ],
    [
      'an expired user',
      'bookworm',
      'ops',
      '',
      [{ user: { name: 'ops', expires: '2001-02-03' } }],
      /did not get in/,
    ],
    [
      'an expired root',
      'bullseye',
      'root',
      '',
      [{ user: { name: 'root', expires: '2001-02-03' } }],
      /did not get in/,
    ],
    [
      'a shell that runs nothing',
      'bookworm',
      'ops',
      '',
      [{ user: { name: 'ops', shell: '/usr/bin/env' } }],
      /did not get in/,
    ],
    [
      'a home that others may write to',
      'bookworm',
      'ops',
      '',
      [{ directory: { path: '/home/ops', mode: '0777' } }],
      /refused the login/,
    ],
    [
      'no login at all',
      'bookworm',
      'ops',
      '',
      [{ file: { path: '/etc/nologin', content: 'closed\n' } }],
      /did not get in/,
    ],
    [
      'what bash reads for every command',
      'bookworm',
      'ops',
      '',
      [{ file: { path: '/etc/bash.bashrc', content: 'exit 1\n' } }],
      /did not get in/,
    ],
    [
      'where the server locks itself in',
      'bookworm',
      'root',
      '',
      [{ directory: { path: '/run/sshd', state: 'absent' } }],
      /did not get in/,
    ],
    [
      'a library of the server',
      'bookworm',
      'root',
      '',
      [{ file: { path: '/usr/lib/x86_64-linux-gnu/libcrypto.so.3', state: 'absent' } }],
      /did not get in/,
    ],
    [
      'a library of the server',
      'trixie',
      'ops',
      '',
      [{ file: { path: '/lib/x86_64-linux-gnu/libcrypto.so.3', content: 'no library\n', mode: '0644' } }],
      /did not get in/,
    ],
    [
      'the module that knows passwords and accounts',
      'bookworm',
      'ops',
      '',
      [{ file: { path: '/usr/lib/x86_64-linux-gnu/security/pam_unix.so', content: 'no module\n' } }],
      /did not get in/,
    ],
    [
      'a module of PAM that refuses',
      'trixie',
      'ops',
      '',
      [{ file: { path: '/etc/pam.d/sshd', content: 'account required pam_deny.so\n' } }],
      /did not get in/,
    ],
    [
      'our key where sshd has it',
      'bookworm',
      'ops',
      KEYS,
      [{ file: { path: '/srv/keys/ops', content: `${OTHER_KEY}\n` } }],
      /refused the login/,
    ],
    [
      'the directory of our keys open to all',
      'bullseye',
      'ops',
      KEYS_IN('Match User ops\\n  AuthorizedKeysFile /srv/keys/%u'),
      [{ directory: { path: '/srv/keys', mode: '0777' } }],
      /refused the login/,
    ],
    [
      'the link to our keys',
      'trixie',
      'root',
      KEYS_IN('AuthorizedKeysFile /srv/current/%u', 'ln -s keys /srv/current; mkdir /srv/empty'),
      [{ link: { path: '/srv/current', target: 'empty' } }],
      /refused the login/,
    ],
    [
      'the program that knows our key',
      'bookworm',
      'ops',
      KEYS_BY_PROGRAM,
      [{ file: { path: '/usr/local/sbin/keys', content: '#!/bin/sh\nexit 1\n', mode: '0755' } }],
      /refused the login/,
    ],
    [
      'a rule of sudo from elsewhere',
      'bullseye',
      'ops',
      "mkdir /srv/rules; mv /etc/sudoers.d/ops /srv/rules/; echo '@includedir /srv/rules' >>/etc/sudoers",
      [{ file: { path: '/srv/rules/ops', content: 'ops ALL=(ALL) !ALL\n', mode: '0440' } }],
      /may not become|not allowed/,
    ],
    [
      "PAM's list of who may come",
      'trixie',
      'ops',
      LISTED,
      [{ file: { path: '/srv/allowed', content: 'root\n' } }],
      /did not get in/,
    ],
    [
      'a shell that the server does not know',
      'busybox',
      'root',
      'cp /bin/busybox /bin/other 2>/dev/null || ln -s busybox /bin/other',
      [{ user: { name: 'root', shell: '/bin/other' } }],
      /did not get in/,
    ],
    [
      'a home that others may write to',
      'busybox',
      'root',
      '',
      [{ directory: { path: '/root', mode: '0777' } }],
      /did not get in/,
    ],
  ];
  test.each(cases)('%s (%s, %s)', (_, distro, user, given, steps, why) =>
    onHost(distro, async (host) => {
      if (given !== '') await lab.exec(host, given);
      await expectRolledBack(host, steps, why, user);
    }),
  );

  test('what sshd does not start with, where its configuration names it', () =>
    onHost('bookworm', async (host) => {
      await lab.exec(host, MORE_ELSEWHERE);
      const key = await apply(host, [
        { file: { path: '/srv/sshd/ssh_host_ed25519_key', content: 'no key\n' } },
      ]);
      expect(failureOf(key).message).toMatch(/no hostkeys available.* was rolled back/);
      const { stdout } = await lab.exec(host, 'sshd -t; echo $?');
      expect(stdout).toBe('0\n');
      expect(await leftBehind(host)).toBe('');
    }));

  test('a firewall that runs comes back with the rules it had', () =>
    onHost('bookworm', async (host) => {
      const rules = [{ allow: '22/tcp' }, { allow: '80/tcp' }];
      expect((await apply(host, [{ ufw: { ...FIREWALL, rules } }], { user: 'ops' })).code).toBe(0);
      await lab.exec(host, HIDDEN_DROP);
      const before = await lab.exec(host, 'ufw status; iptables -S | sort');
      const ufw = { ...FIREWALL, complete: true, rules: [{ allow: '22/tcp' }, { allow: '443/tcp' }] };
      const result = await apply(host, [{ ufw: { ...ufw, outgoing: 'reject' } }], { user: 'ops' });
      expect(result.code).toBe(3);
      expect(failureOf(result).message).toContain('rolled back, and a new connection gets in');
      const after = await lab.exec(host, 'ufw status; iptables -S | sort');
      expect(after.stdout).toBe(before.stdout);
      expect(await leftBehind(host)).toBe('');
    }));

  test('a change that hangs is ended before it is rolled back', () =>
    onHost('bookworm', async (host) => {
      await lab.exec(
        host,
        `groupadd -g 2000 wheel; gpasswd -a root wheel; printf '%s\\n' '#!/bin/sh' 'sleep 333; touch /srv/late' >/usr/local/sbin/groupmod; chmod 755 /usr/local/sbin/groupmod`,
      );
      const before = await wayIn(host);
      const result = await apply(host, [{ group: { name: 'wheel', gid: 2001 }, timeout: 1 }]);
      expect(result.code, result.stdout).toBe(3);
      expect(failureOf(result)).toMatchObject({ rolledBack: true });
      expect((await lab.exec(host, 'pgrep -f "sleep 33[3]|groupmo[d]"; true')).stdout).toBe('');
      expect(await wayIn(host)).toBe(before);
      expect(await leftBehind(host)).toBe('');
    }));

  test('what a step with no_log says when it fails under guard is told nowhere', () =>
    onHost('bookworm', async (host) => {
      await lab.exec(
        host,
        `groupadd -g 2000 wheel; gpasswd -a root wheel; printf '%s\\n' '#!/bin/sh' 'echo token=abc in line 3 >&2; exit 1' >/usr/local/sbin/groupmod; chmod 755 /usr/local/sbin/groupmod`,
      );
      const result = await apply(host, [{ group: { name: 'wheel', gid: 2001 }, no_log: true }]);
      expect(result.code, result.stdout).toBe(3);
      expect(guardStates(result)).toEqual(['armed', 'rolled-back']);
      expect(result.stdout + result.stderr).not.toContain('token=abc');
    }));
});

/** Other ways to work on a host than as root, or with sudo over our own SSH. */
describe.concurrent('however the run gets in, and whoever it is', () => {
  const secret = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
    return path;
  };
  const file = (path: string, content: string): object => ({ file: { path, content, mode: '0600' } });
  const foreignKey = file('/home/ops/.ssh/authorized_keys', `${OTHER_KEY}\n`);
  const expired = { user: { name: 'ops', expires: '2001-02-03' } };
  const wide = (path: string): object => ({ directory: { path, mode: '0777' } });
  const good = [{ authorized_keys: { user: 'ops', keys: [OTHER_KEY] } }];
  const password = 'correct horse';
  const known = `echo 'root:${password}' | chpasswd`;
  /** A user of busybox that has no rights. */
  const plain =
    'echo plain:x:1500:1500::/home/plain:/bin/sh >>/etc/passwd; echo plain:x:1500: >>/etc/group; echo "plain:*:19000::::::" >>/etc/shadow; mkdir -p /home/plain/.ssh; cp /root/.ssh/authorized_keys /home/plain/.ssh/; chown -R plain:plain /home/plain; chmod 700 /home/plain/.ssh';
  const ways: Readonly<Record<string, () => Given>> = {
    "over the system's ssh": () => ({ user: 'ops', options: ['--transport', 'openssh'] }),
    "as root over the system's ssh": () => ({ options: ['--transport', 'openssh'] }),
    'by su': () => ({
      user: 'ops',
      options: ['--become-method', 'su', '--become-password-file', secret('su', password)],
    }),
    'without root': () => ({ user: 'ops', become: false }),
    'without root on busybox': () => ({ options: ['--user', 'plain'] }),
  };

  const cases: readonly (readonly [string, string, Distro, string, object, RegExp])[] = [
    ["over the system's ssh", 'the firewall', 'bookworm', HIDDEN_DROP, OPEN[0]!, /did not get in/],
    ["over the system's ssh", 'the key', 'bullseye', '', foreignKey, /refused/],
    [
      "over the system's ssh",
      'sudo',
      'bookworm',
      '',
      { sudoers: { name: 'zz-test', content: 'ops ALL=(ALL) !ALL\n' } },
      /may not become/,
    ],
    ["as root over the system's ssh", 'the home', 'busybox', '', wide('/root'), /did not get in/],
    ['by su', 'the firewall', 'bookworm', `${known}\n${HIDDEN_DROP}`, OPEN[0]!, /did not get in/],
    [
      'by su',
      'su itself',
      'bookworm',
      known,
      file('/etc/pam.d/su', 'auth required pam_deny.so\n'),
      /may not become "root" with su/,
    ],
    [
      'by su',
      'its password',
      'bullseye',
      known,
      { user: { name: 'root', password: '$6$abcdefgh$x' } },
      /su did not take the password/,
    ],
    ['without root', 'the key', 'bookworm', '', foreignKey, /refused the login/],
    [
      'without root',
      'what bash reads',
      'bullseye',
      '',
      { file: { path: '/home/ops/.bashrc', content: 'exit 1\n' } },
      /did not get in/,
    ],
    [
      'without root',
      'a key elsewhere',
      'bookworm',
      `${KEYS}\nchown ops:ops /srv/keys /srv/keys/ops`,
      { file: { path: '/srv/keys/ops', content: `${OTHER_KEY}\n` } },
      /refused the login/,
    ],
    ['without root on busybox', 'the home', 'busybox', plain, wide('/home/plain'), /did not get in/],
  ];
  test.each(cases)('%s: %s (%s)', (way, _, distro, given, step, why) =>
    onHost(distro, async (host) => {
      if (given !== '') await lab.exec(host, given);
      const how = ways[way]!();
      await expectRolledBack(host, [step], why, how.user ?? 'root', how);
    }),
  );

  test.each([
    ["over the system's ssh", 'bookworm', ''],
    ['by su', 'trixie', known],
    ['without root', 'trixie', ''],
  ] as const)('%s: a good change (%s)', (way, distro, given) =>
    onHost(distro, async (host) => {
      if (given !== '') await lab.exec(host, given);
      const result = await apply(host, good, ways[way]!());
      expect(result.code, result.stdout).toBe(0);
      expect(guardStates(result)).toEqual(['armed', 'proven']);
      expect(await leftBehind(host)).toBe('');
    }),
  );

  test('by doas', async () => {
    await onHost('bookworm', async (host) => {
      await addPackages(lab, host, ['opendoas']);
      await lab.exec(host, "echo 'permit nopass ops as root' >/etc/doas.conf; chmod 600 /etc/doas.conf");
      const given: Given = { options: ['--become-method', 'doas'] };
      const rule = file('/etc/doas.conf', 'permit nopass root as root\n');
      await expectRolledBack(host, [rule], /may not become "root" with doas/, 'ops', given);
      await expectRolledBack(host, [expired], /did not get in/, 'ops', given);
      await lab.exec(host, HIDDEN_DROP);
      await expectRolledBack(host, OPEN, /did not answer in time/, 'ops', given);
      const result = await apply(host, good, { user: 'ops', ...given });
      expect(guardStates(result), result.stdout).toEqual(['armed', 'proven']);
      expect(await leftBehind(host)).toBe('');
    });
  });

  test('without root, when the host goes down before the proof', () =>
    onHost('bookworm', async (host) => {
      const before = await wayIn(host);
      await lab.exec(host, HANG);
      const { result } = await changed(host, [wide('/home/ops')], 'ops', { become: false });
      await lab.reboot(host);
      const { code, stdout } = await result;
      expect(code, stdout).toBe(3);
      expect(await wayIn(host)).toBe(before);
      expect(await getsIn(host, 'ops')).toBe('0');
      expect(await leftBehind(host)).toBe('');
    }));

  test('the password that the run logs in with is not changed by it, and it says how to', () =>
    onHost('bookworm', async (host) => {
      await lab.exec(host, "echo 'ops:first one' | chpasswd; rm /home/ops/.ssh/authorized_keys");
      const steps = [{ user: { name: 'ops', password: '$6$abcdefgh$x' } }];
      const options = ['--password-file', secret('login', 'first one')];
      const result = await apply(host, steps, { user: 'ops', options });
      expect(result.code, result.stdout).toBe(3);
      const { message, hint } = failureOf(result);
      expect(message).toMatch(/refused the login.* was rolled back, and a new connection gets in/);
      expect(hint).toMatch(/a change to the password that it logs in with.*log in with a key.*--no-guard/);
      expect(await leftBehind(host)).toBe('');
    }));
});

describe.concurrent('a firewall that counts connections', () => {
  test('more guarded steps in a row than it lets in are all proven, at its pace', () =>
    onHost('bookworm', async (host) => {
      const limit = { ufw: { ...FIREWALL, rules: [{ limit: '22/tcp' }] } };
      const rules = [1, 2, 3, 4, 5].map((number) => ({
        sudoers: { name: `zz-${number}`, user: 'ops', commands: [`/usr/bin/tool${number}`] },
      }));
      const result = await apply(host, [limit, ...rules]);
      expect(result.code, result.stdout).toBe(0);
      const states = guardStates(result);
      expect(states.filter((state) => state === 'proven')).toHaveLength(6);
      expect(states).toContain('waiting');
      expect(states).not.toContain('rolled-back');
      expect(await leftBehind(host)).toBe('');
    }));
});

describe.concurrent('a good change stays, and nothing else', () => {
  const cases: readonly (readonly [string, Distro, 'root' | 'ops', readonly object[]])[] = [
    ['the firewall', 'bookworm', 'ops', OPEN],
    ['the firewall', 'bullseye', 'root', OPEN],
    ['the firewall', 'trixie', 'ops', OPEN],
    ['the SSH server', 'bookworm', 'ops', [BY_KIND({ PermitRootLogin: false })]],
    [
      'a rule of sudo',
      'bookworm',
      'ops',
      [{ sudoers: { name: 'zz-test', user: 'ops', commands: ['ALL'], nopasswd: true } }],
    ],
    ['one more key', 'bookworm', 'ops', [{ authorized_keys: { user: 'ops', keys: [OTHER_KEY] } }]],
    ['one more key', 'busybox', 'root', [{ authorized_keys: { user: 'root', keys: [OTHER_KEY] } }]],
    [
      'a user that is locked and comes in by its key',
      'trixie',
      'ops',
      [{ user: { name: 'ops', password: '$6$x$y', password_lock: true } }],
    ],
  ];
  test.each(cases)('%s (%s, %s)', (_, distro, user, steps) =>
    onHost(distro, async (host) => {
      const result = await apply(host, steps, { user });
      expect(result.code, result.stdout).toBe(0);
      expect(guardStates(result)).toEqual(['armed', 'proven']);
      expect(await leftBehind(host)).toBe('');
      const again = await apply(host, steps, { user });
      expect(again.code).toBe(0);
      expect(guardStates(again)).toEqual([]);
      expect(again.events.find(({ event }) => event === 'host-finished')?.connections).toBe(1);
    }),
  );

  test('however long the looks for later steps take', () =>
    onHost('bookworm', async (host) => {
      // Longer than the host waits, but only while it waits.
      await lab.exec(
        host,
        `echo x >/srv/large; printf '%s\\n' '#!/bin/sh' '[ -z "$(ls -d /var/lib/provision-guard-*/applied)" ] || sleep 40' 'exec /usr/bin/sha256sum "$@"' >/usr/local/bin/sha256sum; chmod 755 /usr/local/bin/sha256sum`,
      );
      const steps = [
        { authorized_keys: { user: 'root', keys: [OTHER_KEY] } },
        { file: { path: '/srv/large', content: 'x\n' } },
      ];
      const before = { command: { argv: ['touch', '/srv/made'], creates: '/srv/made' } };
      const result = await apply(host, [before, ...steps]);
      expect(result.code, result.stdout).toBe(0);
      expect(guardStates(result)).toEqual(['armed', 'proven']);
    }));

  test('what does not concern the login is changed as ever, and sshd is asked once what does', () =>
    onHost('bookworm', async (host) => {
      await lab.exec(
        host,
        `${KEYS}\nprintf '%s\\n' '#!/bin/sh' 'echo "$*" >>/var/tmp/asked' 'exec /usr/sbin/sshd "$@"' >/usr/local/sbin/sshd; chmod 755 /usr/local/sbin/sshd`,
      );
      const steps = [
        { file: { path: '/srv/keys/app', content: `${OTHER_KEY}\n` } },
        { link: { path: '/srv/current', target: 'app' } },
        { user: { name: 'app', shell: '/bin/sh' } },
        { authorized_keys: { user: 'app', keys: [OTHER_KEY] } },
        { directory: { path: '/srv/app', owner: 'app' } },
        { directory: { path: '/etc/app', mode: '0700' } },
      ];
      const asked = async (): Promise<number> =>
        (await lab.exec(host, 'cat /var/tmp/asked')).stdout
          .split('\n')
          .filter((line) => line.startsWith('-T')).length;
      const result = await apply(host, steps, { user: 'ops' });
      expect(result.code, result.stdout).toBe(0);
      expect(guardStates(result)).toEqual([]);
      expect(await asked()).toBe(1);
      const again = await apply(host, steps, { user: 'ops' });
      expect(again.code, again.stdout).toBe(0);
      expect(again.events.find(({ event }) => event === 'host-finished')?.roundTrips).toBe(1);
      expect(await asked()).toBe(1);
    }));

  test('--no-guard lets it happen, and says so', () =>
    onHost('bookworm', async (host) => {
      const refused = [{ ufw: { ...FIREWALL, rules: [{ allow: '443/tcp' }] } }];
      const dry = await apply(host, refused, { options: ['--no-guard', '--dry-run'] });
      const said = dry.events.find(({ event }) => event === 'step-finished')?.notes;
      expect(said, dry.stdout).toEqual([
        expect.stringMatching(/^refused without --no-guard: this would lock the controller out/),
        'without a guard (--no-guard): the firewall',
      ]);
      expect(dry.stderr.match(/warning: --no-guard/g)).toHaveLength(1);
      const result = await apply(host, refused, { options: ['--no-guard'] });
      expect(result.code, result.stdout).toBe(0);
      expect(guardStates(result)).toEqual(['off']);
      expect(result.stderr.match(/warning: --no-guard/g)).toHaveLength(2);
      expect(result.events[0]?.options).toMatchObject({ noGuard: true });
      await expect(getsIn(host)).rejects.toThrow();
    }));
});

/** What a guard of this host has begun: armed and the change made. */
async function applied(host: LabHost): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const { stdout } = await lab.exec(
      host,
      'ls /var/lib/provision-guard-*/applied /run/provision-guard-*/applied /var/tmp/provision-guard-*/applied 2>/dev/null; true',
    );
    if (stdout !== '') return;
    await sleep(20);
  }
  throw new Error('no change was made');
}

async function goneBack(host: LabHost): Promise<void> {
  while ((await leftBehind(host)) !== '') await sleep(500);
}

/**
 * Has a new connection hang as soon as a change is about to be made, which goes on over the connection that is open: once it is
 * made the time in which a controller can be lost is too short.
 */
const HANG = `(until set -- /run/provision-guard-*/armed /var/lib/provision-guard-*/armed /var/tmp/provision-guard-*/armed; [ -e "$1" ] || [ -e "$2" ] || [ -e "$3" ]; do :; done; kill -STOP $(cat /run/dropbear.pid /run/sshd.pid)) >/dev/null 2>&1 </dev/null &`;
const GO_ON = 'kill -CONT $(cat /run/dropbear.pid /run/sshd.pid) 2>/dev/null; true';
const USER = [{ user: { name: 'ops', expires: '2001-02-03' } }];
const HOME = [{ directory: { path: '/root', mode: '0777' } }];

interface Run {
  readonly pid: number;
  readonly result: Promise<CliResult>;
}

/** A run that has made its change, and waits for its proof. */
async function changed(
  host: LabHost,
  steps: readonly object[],
  user: 'root' | 'ops',
  given: Given = {},
): Promise<Run> {
  let pid = 0;
  const result = apply(host, steps, {
    user,
    ...given,
    onSpawn: (spawned) => {
      pid = spawned;
    },
  });
  await applied(host);
  return { pid, result };
}

describe.concurrent('the controller is gone', () => {
  const cases: readonly (readonly [Distro, 'root' | 'ops', readonly object[]])[] = [
    ['bookworm', 'root', OPEN],
    ['bullseye', 'ops', USER],
    ['trixie', 'ops', USER],
    ['busybox', 'root', HOME],
  ];
  test.each(cases)('%s: killed between the change and its proof', (distro, user, steps) =>
    onHost(distro, async (host) => {
      const before = await wayIn(host);
      await lab.exec(host, HANG);
      const { pid, result } = await changed(host, steps, user);
      process.kill(pid, 'SIGKILL');
      await result;
      // What is kept may be secret.
      const kept = await lab.exec(
        host,
        'stat -c "%a %u" /var/lib/provision-guard-* /run/provision-guard-* 2>/dev/null; true',
      );
      expect(kept.stdout).toBe('700 0\n');
      await goneBack(host);
      await lab.exec(host, GO_ON);
      expect(await wayIn(host)).toBe(before);
      expect(await getsIn(host, user)).toBe('0');
    }),
  );

  test('a run that comes soon after it waits for the rollback, and is not undone itself', () =>
    onHost('bookworm', async (host) => {
      await lab.exec(host, HANG);
      const { pid, result } = await changed(host, OPEN, 'root');
      process.kill(pid, 'SIGKILL');
      await result;
      await lab.exec(host, GO_ON);
      const rule = { sudoers: { name: 'zz-test', user: 'ops', commands: ['ALL'] } };
      // What the first has done and not proven is not taken for the state of the host.
      const soon = await apply(host, [...OPEN, rule]);
      expect(soon.code, soon.stdout).toBe(0);
      expect(guardStates(soon)).toEqual(['armed', 'proven', 'armed', 'proven']);
      expect(await leftBehind(host)).toBe('');
      await sleep(30_000);
      const { stdout } = await lab.exec(host, 'cat /etc/sudoers.d/zz-test; ufw status');
      expect(stdout).toMatch(/^ops .*Status: active/s);
    }));

  test('a run that has looked before, and waited for the lock, does not take its change for the state of the host', () =>
    onHost('bookworm', async (host) => {
      const wait = { command: { shell: 'touch /tmp/began; while [ ! -e /tmp/go ]; do sleep 0.1; done' } };
      let pid = 0;
      const onSpawn = (spawned: number): void => {
        pid = spawned;
      };
      const first = apply(host, [wait, ...OPEN], { onSpawn });
      await lab.exec(host, 'until [ -e /tmp/began ]; do sleep 0.1; done');
      const second = apply(host, OPEN, { options: ['--lock-timeout', '120s'] });
      // It has looked, and waits.
      await sleep(5_000);
      await lab.exec(host, `${HANG} touch /tmp/go`);
      await applied(host);
      process.kill(pid, 'SIGKILL');
      await first;
      await lab.exec(host, GO_ON);
      const result = await second;
      expect(result.code, result.stdout).toBe(0);
      expect(result.events.filter(({ event }) => event === 'host-waiting')).toHaveLength(1);
      expect(guardStates(result)).toEqual(['armed', 'proven']);
      expect(await leftBehind(host)).toBe('');
      expect((await lab.exec(host, 'ufw status')).stdout).toContain('Status: active');
    }));
});

describe.concurrent('the host or the link is gone', () => {
  test('the plug is pulled before the proof: the host has gone back before anybody can log in', () =>
    onHost('bookworm', async (host) => {
      const before = await wayIn(host);
      await lab.exec(host, HANG);
      const { result } = await changed(host, OPEN, 'root');
      await lab.powerOff(host);
      await lab.powerOn(host);
      expect(await wayIn(host)).toBe(before);
      expect(await leftBehind(host)).toBe('');
      const { code, stdout } = await result;
      expect(code, stdout).toBe(3);
    }));

  test('the link is cut before the proof', () =>
    onHost('trixie', async (host) => {
      const before = await wayIn(host);
      await lab.exec(host, HANG);
      const { result } = await changed(host, USER, 'ops');
      await lab.cut(host);
      await goneBack(host);
      await lab.exec(host, GO_ON);
      await lab.heal(host);
      expect((await result).code).toBe(3);
      expect(await wayIn(host)).toBe(before);
      expect(await getsIn(host, 'ops')).toBe('0');
    }));

  test('what calls the rollback off is cut off: the change is proven, and stays', () =>
    onHost('bookworm', async (host) => {
      // Right after the rollback was called off the connection over which that came is killed.
      await lab.exec(
        host,
        `cat >/usr/local/bin/mv <<'END'
#!/bin/sh
/bin/mv "$@" || exit
case "$*" in */armed*/disarmed*)
  p=$PPID
  until [ "$(cat /proc/$p/comm)" = sshd ]; do p=$(sed 's/.*) . \\([0-9]*\\) .*/\\1/' /proc/$p/stat); done
  kill -9 $p
esac
END
chmod 755 /usr/local/bin/mv`,
      );
      const result = await apply(host, OPEN);
      expect(result.code, result.stdout).toBe(0);
      expect(guardStates(result)).toEqual(['armed', 'proven']);
      await goneBack(host);
      expect((await lab.exec(host, 'ufw status')).stdout).toContain('Status: active');
    }));
});
