import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Bastion } from '../../src/ssh/bastion.ts';
import { passageOf } from '../../src/ssh/passage.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliResult, provision } from '../support/cli.ts';
import { labTarget } from '../support/host-session.ts';
import { labName } from '../support/lab-name.ts';

let lab: Lab;
let gate: LabHost;
let inner: LabHost;
let target: LabHost;
let small: LabHost;
let directory: string;

beforeAll(async () => {
  lab = await openLab({ name: labName('bastion') });
  [gate, inner, target, small] = (await lab.up({ bookworm: 2, trixie: 1, busybox: 1 })) as [
    LabHost,
    LabHost,
    LabHost,
    LabHost,
  ];
  directory = mkdtempSync(join(tmpdir(), 'provision-bastion-'));
  // Only the inner bastion knows the name, and only its key proves the host.
  await lab.exec(inner, `echo '${target.address} behind' >>/etc/hosts`);
  const keys = readFileSync(lab.knownHosts, 'utf8');
  const own = keys.split('\n').filter((line) => line.includes(`,${target.name} `));
  file('known_hosts', `${keys}${own.map((line) => line.replace(/^\S+/, 'behind')).join('\n')}\n`);
});
afterAll(async () => {
  await lab?.down();
  if (directory !== undefined) rmSync(directory, { recursive: true });
});

/** Writes lines, or data as JSON. */
function file(name: string, content: unknown, ...lines: readonly string[]): string {
  const path = join(directory, name);
  writeFileSync(
    path,
    typeof content === 'string' ? `${[content, ...lines].join('\n')}\n` : JSON.stringify(content),
  );
  return path;
}

/** OpenSSH's configuration of the chain: gate, then inner, then what is behind. */
function sshConfig(more = ''): string {
  const knownHosts = join(directory, 'known_hosts');
  return file(
    'ssh_config',
    `${more}
Host gate
  HostName ${gate.address}
Host inner
  HostName ${inner.address}
  ProxyJump gate
Host behind
  ProxyJump inner
Host *
  User root
  IdentityFile ${lab.privateKey}
  IdentityAgent none
  UserKnownHostsFile ${knownHosts}
`,
  );
}

/** An inventory of names for one host, all behind the gate. */
function inventory(count: number, host: LabHost, more: object = {}): string {
  const names = Array.from({ length: count }, (_, index) => `web${index}`);
  const common = {
    ansible_user: 'root',
    ansible_ssh_private_key_file: lab.privateKey,
    provision_known_hosts: join(directory, 'known_hosts'),
  };
  return file('inventory.json', {
    bastions: { hosts: { gate: { ...common, ansible_host: gate.address, ...more } } },
    web: {
      hosts: Object.fromEntries(names.map((name) => [name, {}])),
      vars: { ...common, ansible_host: host.address, provision_proxy_jump: 'gate' },
    },
  });
}

const run = (args: readonly string[]): Promise<CliResult> => provision([...args, '-F', 'none']);
const facts = (hosts: string, args: readonly string[] = []): Promise<CliResult> =>
  run(['facts', '-i', hosts, '--limit', 'web', 'hostname', ...args]);

/** How many connections a host's sshd has written something about since a moment. */
async function logged(host: LabHost, what: string, since: string): Promise<number> {
  // Not by its unit: of a process that ends right away the journal does not know that any more.
  const ports = `grep '${what}' | grep -o 'port [0-9]*' | sort -u | wc -l`;
  const { stdout } = await lab.exec(host, `journalctl -t sshd -o cat --since '@${since}' | ${ports}`);
  return Number(stdout);
}

async function now(host: LabHost): Promise<string> {
  // The journal's clock has more than seconds.
  return (await lab.exec(host, 'sleep 0.01; date +%s.%6N')).stdout.trim();
}

async function sshd(host: LabHost, line: string): Promise<void> {
  await lab.exec(host, `echo '${line}' >/etc/ssh/sshd_config.d/test.conf; systemctl restart ssh`);
}

describe('ways through other hosts', () => {
  test('a chain of two bastions, as ssh_config says; the last one resolves the name', async () => {
    const result = await provision(['facts', '-F', sshConfig(), '-i', 'behind,', 'hostname']);
    expect(result.code, result.stdout + result.stderr).toBe(0);
    expect(result.stdout).toContain(target.name);
    // ssh itself goes the same way.
    const ssh = execFileSync('ssh', ['-F', sshConfig(), '-o', 'BatchMode=yes', 'behind', 'hostname'], {
      encoding: 'utf8',
    });
    expect(ssh.trim()).toBe(target.name);
  });

  test('ten hosts through one bastion take one connection to it, however few sessions it allows', async () => {
    await sshd(gate, 'MaxSessions 1');
    const since = await now(gate);
    const result = await facts(inventory(10, target));
    expect(result.code, result.stdout + result.stderr).toBe(0);
    expect(result.stdout.match(new RegExp(target.name, 'g'))?.length).toBeGreaterThanOrEqual(1);
    await waitFor(async () => (await logged(gate, 'Accepted publickey', since)) > 0);
    expect(await logged(gate, 'Accepted publickey', since)).toBe(1);
    await sshd(gate, '');
  });

  test('forty hosts at once are not too many for sshd behind it (MaxStartups)', async () => {
    const result = await facts(inventory(40, target), ['--concurrency', '40']);
    expect(result.code, result.stdout + result.stderr).toBe(0);
  });

  test('a busybox host with dropbear behind it', async () => {
    const result = await facts(inventory(2, small));
    expect(result.code, result.stdout + result.stderr).toBe(0);
    expect(result.stdout).toContain(small.name);
  });

  test('the bastion is managed directly although its group names it', async () => {
    const hosts = file('own.json', {
      all: {
        hosts: { gate: { ansible_host: gate.address } },
        vars: {
          ansible_user: 'root',
          ansible_ssh_private_key_file: lab.privateKey,
          provision_known_hosts: lab.knownHosts,
          ansible_ssh_common_args: '-o ProxyCommand="ssh -W %h:%p -q gate"',
        },
      },
    });
    const result = await run(['facts', '-i', hosts, 'hostname']);
    expect(result.code, result.stdout + result.stderr).toBe(0);
    expect(result.stdout).toContain(gate.name);
  });
});

describe('what goes wrong on the way', () => {
  // What a run has begun that lost its host goes on there, until its time is over.
  afterEach(() => endSlow([inner, target, small]));

  test('a bastion with another key is not logged in to, and no host behind it is reached', async () => {
    const other = readFileSync(lab.knownHosts, 'utf8')
      .split('\n')
      .filter((line) => line.includes(`,${inner.name} `))
      .map((line) => line.replace(/^\S+/, gate.address))
      .join('\n');
    const known = file(
      'changed',
      `${other}\n${readFileSync(lab.knownHosts, 'utf8').replaceAll(gate.address, 'x')}`,
    );
    const since = await now(gate);
    const result = await facts(inventory(10, target), [
      '--known-hosts',
      known,
      '--host-key-checking',
      'accept-new',
    ]);
    expect(result.code).toBe(4);
    expect(result.stdout).toContain(
      `the bastion root@${gate.address}:22: the host key of ${gate.address} has CHANGED`,
    );
    expect(result.stdout).toContain(`${known}:`);
    await waitFor(async () => (await logged(gate, 'preauth', since)) > 0);
    expect(await logged(gate, 'preauth', since)).toBe(1);
    expect(await logged(gate, 'Accepted', since)).toBe(0);
  });

  test('a refused login is not tried again for each host', async () => {
    const since = await now(gate);
    const result = await facts(inventory(10, target, { ansible_user: 'nobody' }));
    expect(result.code).toBe(4);
    expect(result.stdout).toContain(`the bastion nobody@${gate.address}:22: `);
    await waitFor(async () => (await logged(gate, 'preauth', since)) > 0);
    expect(await logged(gate, 'preauth', since)).toBe(1);
  });

  test('AllowTcpForwarding no is explained', async () => {
    await sshd(gate, 'AllowTcpForwarding no');
    const result = await facts(inventory(2, target));
    await sshd(gate, '');
    expect(result.code).toBe(4);
    expect(result.stdout).toContain('does not let connections through');
    expect(result.stdout).toContain('AllowTcpForwarding');
  });

  test('a host that the bastion does not reach is named, and the others are done', async () => {
    const hosts = file('some.json', {
      web: {
        hosts: {
          good: { ansible_host: target.address },
          bad: { ansible_host: target.address, ansible_port: 2 },
          unknown: { ansible_host: 'no-such-host' },
        },
        vars: behindGate(),
      },
    });
    const result = await run(['facts', '-i', hosts, 'hostname', '--private-key', lab.privateKey]);
    expect(result.code).toBe(4);
    expect(result.stdout).toContain(target.name);
    expect(result.stdout).toContain(`cannot reach ${target.address}:2: Connection refused`);
    expect(result.stdout).toContain('cannot reach no-such-host:22');
  });

  test('a host that is silent behind it is given up in time, and the others are done', async () => {
    await lab.cut(target);
    const args = ['--connect-timeout', '3', '--private-key', lab.privateKey, '--json'];
    const result = await run(['facts', '-i', three(), 'hostname', ...args]);
    await lab.heal(target);
    expect(result.code).toBe(4);
    expect(result.stdout).toContain(
      `${target.address}:22 did not answer the bastion root@${gate.address}:22 within 3 s`,
    );
    for (const { name } of [inner, small]) expect(result.stdout).toContain(`"hostname":"${name}"`);
  });

  test('a bastion that dies ends what goes over it, at once and without "ok"', async () => {
    const running = await startSlow([]);
    await lab.killSshd(gate, { sessions: true });
    const result = await running();
    await lab.startSshd(gate);
    expectUnknown(result, 3);
    expect(JSON.stringify(result.events)).toContain(`the bastion root@${gate.address}:22 is gone`);
  });

  test('a bastion that falls silent is noticed as ssh_config says, and so is a host behind it', async () => {
    const config = (name: string): string =>
      file('alive', `Host ${name}`, '  ServerAliveInterval 1', '  ServerAliveCountMax 2');
    const lost = await startSlow(['-F', config(gate.address)]);
    await lab.cut(gate);
    const result = await lost();
    await lab.heal(gate);
    expectUnknown(result, 3);
    expect(JSON.stringify(result.events)).toContain(
      `the bastion root@${gate.address}:22 is gone (Keepalive timeout)`,
    );
    const one = await startSlow(['-F', config(target.address), '--limit', target.name], [target]);
    await lab.cut(target);
    const other = await one();
    await lab.heal(target);
    expectUnknown(other, 1);
  });

  /** Variables of hosts that are reached through the gate. */
  function behindGate(): Readonly<Record<string, unknown>> {
    return {
      ansible_user: 'root',
      ansible_ssh_private_key_file: lab.privateKey,
      provision_known_hosts: lab.knownHosts,
      provision_proxy_jump: `root@${gate.address}`,
    };
  }

  /** Three hosts behind the gate. */
  function three(): string {
    return file('three.json', {
      web: {
        hosts: Object.fromEntries(
          [inner, target, small].map((host) => [host.name, { ansible_host: host.address }]),
        ),
        vars: behindGate(),
      },
    });
  }

  async function endSlow(hosts: readonly LabHost[]): Promise<void> {
    for (const host of hosts) await lab.exec(host, 'pkill -x sleep || killall sleep || true');
  }

  /** Begins a step on each host that takes longer than the test, and resolves when it is under way. */
  async function startSlow(
    args: readonly string[],
    hosts = [inner, target, small],
  ): Promise<() => Promise<CliResult>> {
    const playbook = file('slow.yml', {
      hosts: 'web',
      steps: [{ command: { argv: ['sleep', '120'], creates: '/nowhere' } }],
    });
    await endSlow(hosts);
    const running = provision(['-i', three(), playbook, '--json', '--private-key', lab.privateKey, ...args]);
    for (const host of hosts) {
      await waitFor(
        async () =>
          (await lab.exec(host, "(ps ax 2>/dev/null || ps) | grep '[s]leep 120'; true")).stdout !== '',
      );
    }
    return () => running;
  }

  function expectUnknown(result: CliResult, hosts: number): void {
    expect(result.code, result.stdout).toBe(3);
    const finished = result.events.filter(({ event }) => event === 'step-finished');
    expect(finished.map(({ status }) => status)).toEqual(Array(hosts).fill('failed'));
    for (const event of finished) expect(JSON.stringify(event)).toContain('not known');
  }
});

test('a change of the bastion that cuts off what is behind it is rolled back, another stays', async () => {
  const work = { hosts: 'web', steps: [{ command: { argv: ['true'], read_only: true } }] };
  /** Of the bastion, in a run that has hosts behind it. */
  const change = async (step: object, hosts = inventory(1, target)): Promise<CliResult> => {
    const playbook = file('gate.yml', [{ hosts: 'gate', steps: [step] }, work]);
    return run(['-i', hosts, playbook, '--json', '--connect-timeout', '5']);
  };
  const states = ({ events }: CliResult): readonly unknown[] =>
    events.filter(({ event }) => event === 'guard').map(({ state }) => state);
  const failure = ({ events }: CliResult) =>
    events.find(({ event, status }) => event === 'step-finished' && status === 'failed')?.failure as
      | { readonly message: string; readonly hint: string }
      | undefined;
  const sshdConfig = (settings: object): object => ({ sshd_config: { name: '10-test', settings } });
  const firewall = (outgoing: string): object => ({
    ufw: { state: 'enabled', incoming: 'deny', outgoing, rules: [{ allow: '22/tcp' }] },
  });
  for (const step of [sshdConfig({ AllowTcpForwarding: false }), firewall('reject')]) {
    const result = await change(step);
    expect(result.code, result.stdout).toBe(3);
    expect(failure(result)?.message).toMatch(
      new RegExp(
        `after the change the bastion root@${gate.address}:22 .* ${target.address}:22.* was rolled back`,
      ),
    );
    expect(failure(result)?.hint).toContain('these hosts of the run are reached through this one');
    expect(states(result)).toEqual(['armed', 'rolled-back']);
    expect((await facts(inventory(1, target))).code).toBe(0);
  }
  const good = await change(sshdConfig({ PermitOpen: [`${target.address}:22`] }));
  expect(good.code, good.stdout).toBe(0);
  expect(states(good)).toEqual(['armed', 'proven']);
  await sshd(gate, '');
  // What could not be reached before is not held against a change.
  await lab.cut(target);
  const other = await change(sshdConfig({ PermitOpen: ['none'] }));
  await lab.heal(target);
  expect(states(other), other.stdout).toEqual(['armed', 'proven']);
  await lab.exec(gate, 'rm /etc/ssh/sshd_config.d/10-test.conf; systemctl restart ssh');
});

test('a host behind a bastion whose own server is just starting anew is not lost', async () => {
  const way = new Bastion(labTarget(lab, gate));
  const passage = passageOf(labTarget(lab, gate), [{ ...labTarget(lab, target), via: way }]);
  try {
    const before = await passage!.open();
    expect(before).toEqual([`${target.address}:22`]);
    await lab.exec(target, 'systemctl stop ssh');
    const lost = passage!.lost(before);
    await lab.exec(target, 'sleep 1; systemctl start ssh');
    expect(await lost).toEqual([]);
    await lab.exec(target, 'systemctl stop ssh');
    expect(await passage!.lost(before)).toEqual([expect.stringContaining('cannot reach')]);
  } finally {
    await lab.exec(target, 'systemctl start ssh');
    await way.close();
  }
});

test('the firewall is judged by where the host sees the connection come from: the bastion', async () => {
  const playbook = (from: string): string =>
    file('ufw.yml', {
      hosts: 'web',
      steps: [{ ufw: { state: 'enabled', incoming: 'deny', rules: [{ allow: '22/tcp', from }] } }],
    });
  const dryRun = (from: string): Promise<CliResult> =>
    run(['-i', inventory(1, target), playbook(from), '--dry-run']);
  const ours = await dryRun(await lab.controllerAddress());
  expect(ours.code, ours.stdout).toBe(3);
  expect(ours.stdout).toContain(`new connections from ${gate.address} to port 22/tcp would be stopped`);
  const gates = await dryRun(gate.address);
  expect(gates.code, gates.stdout + gates.stderr).toBe(0);
});

async function waitFor(done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not come to that');
}
