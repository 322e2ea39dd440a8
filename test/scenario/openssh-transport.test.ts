import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab, packageFile } from '../lab/index.ts';
import { type CliResult, changesByHost, provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';
import { OwnTemporary } from '../support/own-temporary.ts';

/** The same work over the system's ssh, with sshd and dropbear at the other end. */
let lab: Lab;
let hosts: readonly LabHost[];
const directory = mkdtempSync(join(tmpdir(), 'provision-openssh-'));
/** Where the sockets of the run are: nothing may be left of them. */
const temporary = new OwnTemporary();
const home = mkdtempSync(join(directory, 'home-'));

beforeAll(async () => {
  lab = await openLab({ name: labName('openssh') });
  hosts = await lab.up({ bookworm: 1, trixie: 1, busybox: 1 });
});
afterAll(async () => {
  await lab?.down();
  rmSync(directory, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

function inventory(which: readonly LabHost[], vars: Readonly<Record<string, unknown>> = {}): string {
  const entries = which.map(({ name, address }) => [name, { ansible_host: address, ansible_user: 'root' }]);
  const all = {
    vars: { provision_known_hosts: lab.knownHosts, ...vars },
    hosts: Object.fromEntries(entries),
  };
  return file(`inventory-${Math.random()}.yml`, JSON.stringify({ all }));
}

async function run(
  inventoryFile: string,
  playbook: string,
  args: readonly string[] = [],
  patience?: number,
): Promise<CliResult> {
  const result = await provision(
    ['-i', inventoryFile, playbook, '--json', '--connect-timeout', '30', ...args],
    {
      env: { HOME: home, SSH_AUTH_SOCK: '', TMPDIR: temporary.path },
    },
  );
  await temporary.expectNothing(patience);
  return result;
}

function failure({ events }: CliResult): { kind: string; message: string; hint?: string } | undefined {
  return events.find(({ event }) => event === 'host-finished')?.failure as never;
}

const touch = file(
  'touch.yml',
  JSON.stringify({ hosts: 'all', steps: [{ command: { argv: ['true'], read_only: true } }] }),
);

test('a playbook: dry run, apply, apply again, drift; a large file arrives whole', async () => {
  const key = { ansible_ssh_private_key_file: lab.privateKey, provision_transport: 'openssh' };
  file('large.bin', Buffer.alloc(3_000_000, 'provision ').toString());
  const playbook = file(
    'work.yml',
    JSON.stringify({
      hosts: 'all',
      steps: [
        { directory: { path: '/root/shop', mode: '0755' } },
        { upload: { src: 'large.bin', dest: '/root/shop/large.bin' } },
        { file: { path: '/root/shop/é name', content: 'hello\n' } },
        {
          command: {
            argv: ['sh', '-c', 'cat; exit 7'],
            stdin: 'said',
            read_only: true,
            expect: { rc: 7, stdout: 'said' },
          },
        },
      ],
    }),
  );
  const dry = await run(inventory(hosts, key), playbook, ['--dry-run'], 0);
  expect(dry.code, dry.stdout + dry.stderr).toBe(0);
  const applied = await run(inventory(hosts, key), playbook, [], 0);
  expect(applied.code, applied.stdout + applied.stderr).toBe(0);
  expect(changesByHost(applied)).toEqual(changesByHost(dry));
  for (const host of hosts) {
    const { stdout } = await lab.exec(host, 'wc -c </root/shop/large.bin; cat "/root/shop/é name"');
    expect(stdout.trim()).toBe('3000000\nhello');
  }
  const drift = await run(inventory(hosts, key), playbook, ['--dry-run', '--detailed-exitcode'], 0);
  expect(drift.code, drift.stdout).toBe(0);
});

test('a user certificate, which the built-in transport names and cannot use', async () => {
  const [host] = hosts as [LabHost];
  const [ca, key] = [join(directory, 'ca'), join(directory, 'certified')];
  for (const path of [ca, key]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  execFileSync('ssh-keygen', ['-q', '-s', ca, '-I', 'pia', '-n', 'root', `${key}.pub`]);
  const authority = readFileSync(`${ca}.pub`, 'utf8').trim();
  await lab.exec(
    host,
    `echo '${authority}' >/etc/ssh/ca.pub; echo 'TrustedUserCAKeys /etc/ssh/ca.pub' >/etc/ssh/sshd_config.d/ca.conf; systemctl restart ssh`,
  );
  const vars = { ansible_ssh_private_key_file: key };
  const builtIn = await run(inventory([host], vars), touch);
  expect(builtIn.code).toBe(4);
  expect(failure(builtIn)?.message).toContain(`the certificate ${key}-cert.pub was not offered`);
  expect(failure(builtIn)?.hint).toContain('--transport openssh');
  const system = await run(inventory([host], vars), touch, ['--transport', 'openssh']);
  expect(system.code, system.stdout + system.stderr).toBe(0);
  // One that ssh_config names.
  const elsewhere = join(directory, 'elsewhere-cert.pub');
  renameSync(`${key}-cert.pub`, elsewhere);
  const config = ['-F', file('of-certificate', `CertificateFile ${elsewhere}\n`)];
  const named = await run(inventory([host], vars), touch, config);
  expect(failure(named)?.message).toContain(`the certificate ${elsewhere} was not offered`);
  const offered = await run(inventory([host], vars), touch, [...config, '--transport', 'openssh']);
  expect(offered.code, offered.stdout + offered.stderr).toBe(0);
});

test('a host certificate, which the built-in transport names and does not trust', async () => {
  const [host] = hosts as [LabHost];
  const ca = join(directory, 'host-ca');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', ca]);
  const own = await lab.exec(host, 'cat /etc/ssh/ssh_host_ed25519_key.pub');
  const shown = file('shown.pub', own.stdout);
  execFileSync('ssh-keygen', ['-q', '-s', ca, '-I', 'host', '-h', '-n', host.address, shown]);
  const certificate = readFileSync(join(directory, 'shown-cert.pub'), 'utf8').trim();
  await lab.exec(
    host,
    `echo '${certificate}' >/etc/ssh/host-cert.pub; echo 'HostCertificate /etc/ssh/host-cert.pub' >/etc/ssh/sshd_config.d/host.conf; systemctl restart ssh`,
  );
  const vars = {
    ansible_ssh_private_key_file: lab.privateKey,
    provision_known_hosts: file(
      'authority',
      `@cert-authority * ${readFileSync(`${ca}.pub`, 'utf8').trim()}\n`,
    ),
  };
  const builtIn = await run(inventory([host], vars), touch);
  expect(failure(builtIn)).toMatchObject({
    kind: 'host-key',
    message: expect.stringMatching(/host certificates are not supported .* but by --transport openssh/),
  });
  const system = await run(inventory([host], vars), touch, ['--transport', 'openssh']);
  expect(system.code, system.stdout + system.stderr).toBe(0);
  // Of another authority.
  const other = { ...vars, provision_known_hosts: file('other', `@cert-authority * ${own.stdout}`) };
  const refused = await run(inventory([host], other), touch, ['--transport', 'openssh']);
  expect(failure(refused)?.kind).toBe('host-key');
  await lab.exec(host, 'rm /etc/ssh/sshd_config.d/host.conf; systemctl restart ssh');
});

test('a FIDO key, which the built-in transport names and cannot use: OpenSSH has one without hardware for tests', async () => {
  const provider = await packageFile(
    'openssh-tests',
    'usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so',
    directory,
  );
  const key = join(directory, 'id_ed25519_sk');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519-sk', '-w', provider, '-N', '', '-f', key]);
  const line = readFileSync(`${key}.pub`, 'utf8').trim();
  for (const host of hosts) await lab.exec(host, `echo '${line}' >>/root/.ssh/authorized_keys`);
  const own = inventory(hosts, { ansible_ssh_private_key_file: key });
  const builtIn = await run(own, touch);
  expect(builtIn.code).toBe(1);
  const said = builtIn.stdout + builtIn.stderr;
  expect(said).toContain('is a hardware (FIDO) key (sk-ssh-ed25519@openssh.com)');
  expect(said).toContain('--transport openssh');
  const config = file('of-fido', `SecurityKeyProvider ${provider}\n`);
  const system = await run(own, touch, ['--transport', 'openssh', '-F', config]);
  expect(system.code, system.stdout + system.stderr).toBe(0);
});

test('ssh_config of the user counts: a ProxyCommand, by the name of the host', async () => {
  const [host] = hosts as [LabHost];
  // The file is there for all that runs on this machine.
  const name = `shop-${process.pid}.internal`;
  execFileSync('mkdir', ['-p', '-m', '700', join(home, '.ssh')]);
  const config = join(directory, 'ssh_config');
  const relay = `ssh -F none -i ${lab.privateKey} -o UserKnownHostsFile=${lab.knownHosts} -W ${host.address}:22 root@${(hosts[1] as LabHost).address}`;
  writeFileSync(
    config,
    `Host ${name}\n  ProxyCommand ${relay}\n  HostKeyAlias ${host.address}\n  IdentityFile ${lab.privateKey}\n`,
  );
  // ssh takes the home of its user from the password file, not from HOME: the system's part of ssh_config is as good.
  const include = `/etc/ssh/ssh_config.d/provision-test-${process.pid}.conf`;
  execFileSync('cp', [config, include]);
  try {
    const vars = {
      provision_known_hosts: lab.knownHosts,
      provision_transport: 'openssh',
      ansible_user: 'root',
    };
    const own = file('proxy.yml', JSON.stringify({ all: { vars, hosts: { [name]: null } } }));
    const result = await run(own, touch);
    expect(result.code, result.stdout + result.stderr).toBe(0);
  } finally {
    execFileSync('rm', [include]);
  }
});

test('a password and a passphrase are handed over, a wrong one once', async () => {
  const [host] = hosts as [LabHost];
  await lab.exec(host, "useradd -m -s /bin/sh pia; echo 'pia:right one' | chpasswd");
  const own = (vars: object) => inventory([host], { provision_transport: 'openssh', ...vars });
  const user = ['--user', 'pia'];
  const right = await run(own({}), touch, [...user, '--password-file', file('right', 'right one\n')]);
  expect(right.code, right.stdout + right.stderr).toBe(0);
  const wrong = await run(own({}), touch, [...user, '--password-file', file('wrong', 'wrong\n')]);
  expect(failure(wrong)).toMatchObject({ kind: 'login-refused', message: expect.stringContaining('"pia"') });
  const { stdout } = await lab.exec(
    host,
    'journalctl --sync; journalctl -q -o cat -t sshd | grep -c "^Failed password"',
  );
  expect(stdout.trim()).toBe('1');
  const key = join(directory, 'phrase');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'open sesame', '-f', key]);
  await lab.exec(host, `echo '${readFileSync(`${key}.pub`, 'utf8').trim()}' >>/root/.ssh/authorized_keys`);
  const locked = await run(own({}), touch, [
    '--private-key',
    key,
    '--private-key-passphrase-file',
    file('phrase.txt', 'open sesame\n'),
  ]);
  expect(locked.code, locked.stdout + locked.stderr).toBe(0);
});

test('what fails is told in the words of the other transport', async () => {
  const [first, second] = hosts as [LabHost, LabHost];
  const key = { ansible_ssh_private_key_file: lab.privateKey, provision_transport: 'openssh' };
  const unknown = await run(inventory([first], { ...key, provision_known_hosts: file('none', '') }), touch);
  expect(failure(unknown)?.kind).toBe('host-key');
  const other = readFileSync(lab.knownHosts, 'utf8')
    .split('\n')
    .find((line) => line.includes(second.address))!;
  const changed = file('changed', `${other.replace(/^\S+/, first.address)}\n`);
  expect(
    failure(await run(inventory([first], { ...key, provision_known_hosts: changed }), touch))?.kind,
  ).toBe('host-key');
  const refused = await run(inventory([first], key), touch, ['--user', 'nobody']);
  expect(failure(refused)).toMatchObject({
    kind: 'login-refused',
    message: expect.stringContaining('it accepts publickey'),
  });
  await lab.killSshd(second);
  expect(failure(await run(inventory([second], key), touch))).toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('refused the connection'),
  });
  await lab.startSshd(second);
  const slow = file(
    'slow.yml',
    JSON.stringify({ hosts: 'all', steps: [{ command: { argv: ['sleep', '60'] } }] }),
  );
  const cut = run(inventory([second], key), slow);
  await expect
    .poll(
      async () => (await lab.exec(second, 'pgrep -x sleep >/dev/null && echo yes || true')).stdout.trim(),
      { timeout: 60_000 },
    )
    .toBe('yes');
  await lab.killSshd(second, { sessions: true });
  const lost = await cut;
  expect(lost.code, lost.stdout).toBe(3);
  expect(lost.events.find(({ event }) => event === 'step-finished')?.failure).toMatchObject({
    unknown: true,
  });
  // What a host was doing is finished there all the same: here it is not waited for.
  await lab.exec(second, 'pkill -x sleep');
});

test('a password that sshd is told to take no more from root is seen on paper', async () => {
  const host = hosts[1] as LabHost;
  const dropIn = '/etc/ssh/sshd_config.d/00-test.conf';
  await lab.exec(
    host,
    `echo 'root:right one' | chpasswd; echo 'PermitRootLogin yes' >${dropIn}; systemctl restart ssh`,
  );
  const settings = (values: object) =>
    file(
      'sshd.yml',
      JSON.stringify({ hosts: 'all', steps: [{ sshd_config: { name: '00-test', settings: values } }] }),
    );
  const vars = {
    provision_transport: 'openssh',
    ansible_password: 'right one',
  };
  const refused = await run(inventory([host], vars), settings({ PermitRootLogin: 'prohibit-password' }));
  expect(refused.stdout).toContain('this run logs in by password');
  const keysOff = await run(
    inventory([host], vars),
    settings({ PermitRootLogin: 'yes', PubkeyAuthentication: 'no' }),
  );
  expect(keysOff.code, keysOff.stdout + keysOff.stderr).toBe(0);
  await lab.exec(host, `rm ${dropIn}; systemctl restart ssh`);
});

test('bastions are proven by the same rules, whatever ssh_config says, and do not get the password of the host', async () => {
  const [first, second, third] = hosts as [LabHost, LabHost, LabHost];
  const config = file(
    'careless',
    `Host named\n  ProxyJump root@${first.address}\nHost *\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  IdentityFile ${lab.privateKey}\n`,
  );
  const through = (way: string, vars: object = {}) => {
    const more = way === '' ? {} : { provision_proxy_jump: way };
    return inventory([second], { provision_transport: 'openssh', ...more, ...vars });
  };
  const own = readFileSync(lab.knownHosts, 'utf8').split('\n');
  const without = (host: LabHost) =>
    file(`without-${host.name}`, own.filter((line) => !line.includes(host.address)).join('\n'));
  const chain = `root@${third.address},root@${first.address}`;
  const known = await run(through(chain), touch, ['-F', config]);
  expect(known.code, known.stdout + known.stderr).toBe(0);
  for (const unknown of [first, third]) {
    const result = await run(through(chain, { provision_known_hosts: without(unknown) }), touch, [
      '-F',
      config,
    ]);
    expect(failure(result)?.kind, result.stdout).toBe('host-key');
  }
  // The way that ssh_config names, too.
  const named = {
    vars: { provision_known_hosts: without(first), provision_transport: 'openssh', ansible_user: 'root' },
    hosts: { named: { ansible_host: second.address } },
  };
  const byConfig = await run(file('named.yml', JSON.stringify({ all: named })), touch, ['-F', config]);
  expect(failure(byConfig)?.kind, byConfig.stdout).toBe('host-key');
  await lab.exec(
    first,
    "id mia 2>/dev/null || useradd -m -s /bin/sh mia; echo 'mia:of the host' | chpasswd; journalctl --sync",
  );
  const asked = await run(through(`mia@${first.address}`, { ansible_password: 'of the host' }), touch);
  expect(failure(asked)).toMatchObject({
    kind: 'login-refused',
    message: expect.stringContaining(
      `the jump host before ${second.address}:22 refused the login of mia@${first.address}`,
    ),
  });
  const { stdout } = await lab.exec(
    first,
    'journalctl --sync; journalctl -q -o cat -t sshd | grep -c "password for mia" || true',
  );
  expect(stdout.trim()).toBe('0');
});

test('who logs in is what ssh_config says of the name in the inventory', async () => {
  const [host] = hosts as [LabHost];
  const config = (user: string) =>
    file(`of-${user.length}`, `${user}\nHost *\n  IdentityFile ${lab.privateKey}\n`);
  const vars = { provision_known_hosts: lab.knownHosts, provision_transport: 'openssh' };
  const all = { vars, hosts: { web01: { ansible_host: host.address } } };
  const named = file('named-user.yml', JSON.stringify({ all }));
  const found = await run(named, touch, ['-F', config('Host web01\n  User ops')]);
  expect(found.code, found.stdout + found.stderr).toBe(0);
  // Of what is not followed here the run knows nothing, and says so rather than work as somebody else.
  const other = await run(named, touch, ['-F', config('Match exec "true"\n  User nobody')]);
  expect(failure(other)?.message).toContain('ssh would log in');
});

test('where sudo insists on a terminal and sshd gives none, that is told, and tried once', async () => {
  const [host] = hosts as [LabHost];
  await lab.exec(
    host,
    `echo 'PermitTTY no' >/etc/ssh/sshd_config.d/tty.conf; systemctl restart ssh
printf 'Defaults requiretty\\nops ALL=(ALL) NOPASSWD: ALL\\n' >/etc/sudoers.d/ops; gpasswd -d ops sudo`,
  );
  const key = { ansible_ssh_private_key_file: lab.privateKey, provision_transport: 'openssh' };
  const refused = await run(inventory([host], key), touch, ['--user', 'ops', '--become']);
  expect(refused.code, refused.stdout + refused.stderr).toBe(4);
  expect(failure(refused)).toMatchObject({
    kind: 'privilege',
    message: expect.stringContaining('sudo insists on a terminal there, and does not take the one'),
  });
  const { stdout } = await lab.exec(
    host,
    'journalctl --sync; journalctl -q -o cat -t sudo | grep -c "ops : .*tty"; rm /etc/ssh/sshd_config.d/tty.conf; systemctl restart ssh',
  );
  expect(stdout.trim()).toBe('2');
});
