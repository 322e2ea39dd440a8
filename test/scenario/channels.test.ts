import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../../src/ssh/algorithms.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliResult, provision } from '../support/cli.ts';
import { labTarget } from '../support/host-session.ts';
import { labName } from '../support/lab-name.ts';
import { sshdLog, startSshd } from '../support/more-sshds.ts';
import { negotiatedWith } from '../support/negotiated.ts';

/** What real servers do to connections, their keys and their channels, over both transports. */
let lab: Lab;
let hosts: readonly LabHost[];
let debians: readonly LabHost[];
const directory = mkdtempSync(join(tmpdir(), 'provision-channels-'));

beforeAll(async () => {
  lab = await openLab({ name: labName('channels') });
  hosts = await lab.up({ bullseye: 1, bookworm: 1, trixie: 1, busybox: 1 });
  debians = hosts.filter(({ distro }) => distro !== 'busybox');
  await lab.writeInventory(join(directory, 'root.yml'));
  await lab.writeInventory(join(directory, 'ops.yml'), { user: 'ops' });
});
afterAll(async () => {
  await lab?.down();
  rmSync(directory, { recursive: true });
});

function file(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function withSettings(settings: string, work: () => Promise<void>): Promise<void> {
  const dropIn = '/etc/ssh/sshd_config.d/00-test.conf';
  const each = (script: string) =>
    Promise.all(
      debians.map((host) =>
        lab.exec(host, `${script} && { systemctl reset-failed ssh; systemctl restart ssh; }`),
      ),
    );
  await each(`echo '${settings}' >${dropIn}`);
  try {
    await work();
  } finally {
    await each(`rm ${dropIn}`);
  }
}

interface Told {
  readonly host: string;
  readonly kind: string;
  readonly message: string;
  readonly hint: string;
}

/** Why hosts were not done, each in one text. */
function failuresOf({ events }: CliResult): readonly Told[] {
  return events
    .filter(({ event, failure }) => event === 'host-finished' && failure !== undefined)
    .map(({ host, failure }) => ({ host, ...(failure as object) }) as Told);
}

describe.each(['ssh2', 'openssh'])('over %s', (transport) => {
  const run = (inventory: string, playbook: string, ...more: readonly string[]) =>
    provision([
      '-i',
      join(directory, inventory),
      playbook,
      '--json',
      '--transport',
      transport,
      '--connect-timeout',
      '30',
      ...more,
    ]);

  test('a server that wants new session keys every MiB gets them, and files arrive whole', async () => {
    const name = `${transport}.bin`;
    file(name, 'session keys\n'.repeat(500_000));
    const playbook = file('upload.yml', {
      hosts: 'all',
      steps: [{ upload: { src: name, dest: `/root/${name}` } }],
    });
    await withSettings('RekeyLimit 1M', async () => {
      const result = await run('root.yml', playbook);
      expect(result.code, result.stdout + result.stderr).toBe(0);
    });
    for (const host of hosts) {
      const { stdout } = await lab.exec(host, `tail -c 13 /root/${name}; wc -c </root/${name}`);
      expect(stdout, host.name).toBe('session keys\n6500000\n');
    }
  });

  test('a child that a command leaves behind holds nothing up', async () => {
    const argv = ['sh', '-c', 'sleep 600 & echo begun'];
    const playbook = file('child.yml', {
      hosts: 'all',
      steps: [{ command: { argv, expect: { stdout: 'begun' } } }],
    });
    const result = await run('root.yml', playbook);
    expect(result.code, result.stdout + result.stderr).toBe(0);
    for (const host of debians) {
      const { stdout } = await lab.exec(host, "pkill -f '[s]leep 600' && echo there");
      expect(stdout, host.name).toBe('there\n');
    }
  });

  test('hosts that fall silent in the middle of a command are lost in time, and the others are done', async () => {
    const [quick, ...silent] = hosts as [LabHost, ...LabHost[]];
    const begun = `/tmp/begun-${transport}`;
    const shell = `touch ${begun}; [ "$(hostname)" = ${quick.name} ] || sleep 600`;
    const playbook = file('silent.yml', { hosts: 'all', steps: [{ command: { shell }, timeout: 8 }] });
    const config = file('silent-config', 'Host *\n  ServerAliveInterval 1\n  ServerAliveCountMax 2\n');
    const running = run('root.yml', playbook, '-F', config);
    await Promise.all(
      silent.map((host) =>
        lab.exec(host, `until [ -e ${begun} ]; do sleep 0.1; done`, { timeoutMs: 60_000 }),
      ),
    );
    await Promise.all(silent.map((host) => lab.cut(host)));
    const result = await running;
    await Promise.all(silent.map((host) => lab.heal(host)));
    expect(result.code, result.stdout + result.stderr).toBe(3);
    const steps = new Map(
      result.events
        .filter(({ event }) => event === 'step-finished')
        .map(({ host, status, failure }) => [host, { status, failure }]),
    );
    expect(steps.get(quick.name)).toMatchObject({ status: 'changed' });
    for (const { name } of silent) {
      expect(steps.get(name), name).toMatchObject({ status: 'failed', failure: { unknown: true } });
    }
  });

  test('a server that allows fewer channels than users are acted as says what to change', async () => {
    const command = { argv: ['id', '-un'], read_only: true };
    const steps = [
      { command: { ...command, expect: { stdout: 'ops' } } },
      { become: true, command: { ...command, expect: { stdout: 'root' } } },
    ];
    const playbook = file('users.yml', { hosts: 'all:!busybox', steps });
    await withSettings('MaxSessions 1', async () => {
      const result = await run('ops.yml', playbook);
      expect(result.code, result.stdout).toBe(4);
      const ends = failuresOf(result);
      expect(ends).toHaveLength(debians.length);
      for (const { hint } of ends) expect(hint).toContain('MaxSessions');
    });
    const result = await run('ops.yml', playbook);
    expect(result.code, result.stdout).toBe(0);
  });
});

/** All that RFC 9142 and OpenSSH's own lists have given up, and the exchange that takes ssh2 1.5 s. */
const UNWANTED =
  /sha1(?![0-9])|group1-|group14-sha1|group-exchange|ssh-rsa|ssh-dss|cbc|arcfour|md5|umac-64|^none,/;

describe('the exchange of keys', () => {
  test('is a quick one, with the cipher that is cheapest here, on every server', async () => {
    for (const host of hosts) {
      const agreed = await negotiatedWith(labTarget(lab, host, { user: 'root' }));
      expect(agreed.kex, host.name).toMatch(/^curve25519-sha256/);
      expect(agreed.serverHostKey, host.name).toBe('ssh-ed25519');
      for (const way of [agreed.cs, agreed.sc]) {
        // What Debian builds of dropbear has no AES-GCM.
        if (host.distro !== 'busybox') expect(way.cipher, host.name).toBe('aes128-gcm@openssh.com');
        expect(ALGORITHMS.cipher, host.name).toContain(way.cipher);
      }
    }
  });

  test('offers nothing old, as sshd has noted it', async () => {
    const port = 2210;
    for (const host of debians) {
      const end = await startSshd(lab, host, port, ['LogLevel DEBUG2']);
      await negotiatedWith({ ...labTarget(lab, host, { user: 'root' }), port });
      await end();
      const log = await sshdLog(lab, host, port);
      const offer = log.slice(log.indexOf('peer client KEXINIT proposal'));
      const listed = (name: string): string => {
        const list = new RegExp(`debug2: ${name}: (\\S+)`).exec(offer)?.[1];
        if (list === undefined) throw new Error(`${host.name} has noted no ${name}:\n${log}`);
        return list;
      };
      expect(listed('KEX algorithms')).toMatch(/^curve25519-sha256,/);
      // Against the attack of 2023 that cuts the beginning of a connection off (Terrapin, CVE-2023-48795).
      expect(listed('KEX algorithms')).toContain('kex-strict-c-v00@openssh.com');
      for (const name of ['ciphers ctos', 'ciphers stoc'])
        expect(listed(name)).toMatch(/^aes128-gcm@openssh/);
      for (const name of ['KEX algorithms', 'host key algorithms', 'ciphers ctos', 'ciphers stoc'])
        expect(listed(name), `${host.name}: ${name}`).not.toMatch(UNWANTED);
      for (const name of ['MACs ctos', 'MACs stoc'])
        expect(listed(name), `${host.name}: ${name}`).not.toMatch(UNWANTED);
    }
  });
});

describe('a server that knows old algorithms only', () => {
  /** What it has, and what lets ssh use it. */
  const servers = [
    ['KexAlgorithms diffie-hellman-group14-sha1', 'KexAlgorithms +diffie-hellman-group14-sha1'],
    ['HostKeyAlgorithms ssh-rsa', 'HostKeyAlgorithms +ssh-rsa'],
    ['Ciphers aes128-cbc', 'Ciphers +aes128-cbc'],
    ['MACs hmac-sha1,Ciphers aes128-ctr', 'MACs +hmac-sha1'],
  ].map(([settings = '', allowed = ''], index) => ({
    settings: settings.split(/,(?=Ciphers)/),
    allowed,
    name: (host: LabHost) => `${host.name}-${index}`,
    port: 2220 + index,
  }));

  let ends: readonly (() => Promise<void>)[] = [];
  beforeAll(async () => {
    ends = await Promise.all(
      servers.flatMap(({ port, settings }) => debians.map((host) => startSshd(lab, host, port, settings))),
    );
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });

  function run(args: readonly string[], config: readonly string[]): Promise<CliResult> {
    const entries = servers.flatMap(({ name, port }) =>
      debians.map((host) => [name(host), { ansible_host: host.address, ansible_port: port }]),
    );
    const vars = {
      ansible_user: 'root',
      ansible_ssh_private_key_file: lab.privateKey,
      provision_known_hosts: lab.knownHosts,
    };
    const inventory = file('old.yml', { all: { vars, hosts: Object.fromEntries(entries) } });
    const playbook = file('nothing.yml', {
      hosts: 'all',
      steps: [{ command: { argv: ['true'], read_only: true } }],
    });
    const settings = file('old-config', `${config.join('\n')}\n`);
    return provision([
      '-i',
      inventory,
      playbook,
      '--json',
      '--connect-timeout',
      '30',
      '-F',
      settings,
      ...args,
    ]);
  }

  test.each([
    ['ssh2', servers],
    // hmac-sha1 is among those that ssh still has by itself.
    ['openssh', servers.slice(0, -1)],
  ] as const)('is refused over %s, and what to do is said', async (transport, refusing) => {
    const result = await run(['--transport', transport], []);
    expect(result.code, result.stdout + result.stderr).toBe(4);
    const told = failuresOf(result);
    expect(told).toHaveLength(refusing.length * debians.length);
    for (const { host, kind, message, hint } of told) {
      expect(kind, `${host}: ${message}`).toBe('protocol');
      expect(message, host).toMatch(/offers no algorithm that .*allow.*no matching/);
      expect(hint, host).toMatch(/update its SSH server; .*KexAlgorithms/);
      expect(hint.includes('provision_transport'), host).toBe(transport === 'ssh2');
    }
  });

  test('is let in where ssh_config allows it that, for this host alone', async () => {
    const config = servers.flatMap(({ name, allowed }) => [
      `Host ${debians.map(name).join(' ')}`,
      `  ${allowed}`,
    ]);
    const result = await run(['--transport', 'openssh'], config);
    expect(result.code, result.stdout + result.stderr).toBe(0);
    // The built-in transport does not take more for it.
    expect(failuresOf(await run([], config))).toHaveLength(servers.length * debians.length);
  });
});
