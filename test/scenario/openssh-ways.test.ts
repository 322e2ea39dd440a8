import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliEvent, type CliResult, provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';
import { nothingOfOurs } from '../support/nothing-of-ours.ts';
import { OwnTemporary } from '../support/own-temporary.ts';

/** Ways over the system's ssh, and what is left of them however a run ends. */
let lab: Lab;
let gate: LabHost;
let web: LabHost;
let small: LabHost;
const directory = mkdtempSync(join(tmpdir(), 'provision-ways-'));
const temporary = new OwnTemporary();

beforeAll(async () => {
  lab = await openLab({ name: labName('openssh-ways') });
  [gate, web, small] = (await lab.up({ bookworm: 1, trixie: 1, busybox: 1 })) as [LabHost, LabHost, LabHost];
});
afterAll(async () => {
  await lab?.down();
  rmSync(directory, { recursive: true });
});

beforeEach(async () => {
  await lab.exec(web, 'rm -rf /opt/began');
});

function file(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  return path;
}

const key = () => ({ ansible_user: 'root', ansible_ssh_private_key_file: lab.privateKey });

/** Hosts by their names, with their variables. */
function inventory(hosts: Readonly<Record<string, object>>): string {
  const vars = { provision_transport: 'openssh', provision_known_hosts: lab.knownHosts };
  return file(`inventory-${Math.random()}.json`, { all: { vars, hosts } });
}

interface Options {
  readonly kill?: {
    readonly at: string;
    readonly signals: readonly NodeJS.Signals[];
    readonly delay?: number;
  };
  readonly checked?: boolean;
  readonly onSpawn?: (pid: number) => void;
}

/** Runs the command line; where it is to end early, it gets signals after an event. */
async function run(
  args: readonly string[],
  { kill, checked = true, onSpawn }: Options = {},
): Promise<CliResult> {
  let pid = 0;
  let told = false;
  const onEvent = ({ event }: CliEvent): void => {
    if (kill === undefined || event !== kill.at || told) return;
    told = true;
    for (const [index, signal] of kill.signals.entries()) {
      setTimeout(() => process.kill(pid, signal), (kill.delay ?? 0) + index * 300);
    }
  };
  const result = await provision([...args, '--json'], {
    env: { SSH_AUTH_SOCK: '', TMPDIR: temporary.path },
    onSpawn: (spawned) => {
      pid = spawned;
      onSpawn?.(spawned);
    },
    onEvent,
  });
  if (checked) await temporary.expectNothing();
  return result;
}

const failure = ({ events }: CliResult) =>
  events.find(({ event }) => event === 'host-finished')?.failure as
    | { kind: string; message: string }
    | undefined;
const finished = ({ events }: CliResult) => events.filter(({ event }) => event === 'host-finished');
const facts = (hosts: string, ...args: readonly string[]) =>
  provision(['facts', '-i', hosts, 'hostname', '-F', 'none', ...args], {
    env: { SSH_AUTH_SOCK: '', TMPDIR: temporary.path },
  });
const steps = (name: string, ...list: readonly object[]) =>
  file(`${name}.json`, { hosts: 'web', steps: list });

describe('a jump host that the inventory knows', () => {
  /** Only what is said of it leads in: another port, another user, another key, and its host key in another file. */
  async function guarded(): Promise<Readonly<Record<string, unknown>>> {
    const own = join(directory, 'gate key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', own]);
    const publicKey = readFileSync(`${own}.pub`, 'utf8').trim();
    await lab.exec(
      gate,
      `useradd -m -s /bin/sh jump; mkdir -m 700 ~jump/.ssh; echo '${publicKey}' >~jump/.ssh/authorized_keys
chown -R jump ~jump/.ssh; printf 'Port 22\\nPort 2222\\nAllowUsers jump@* root@*\\n' >/etc/ssh/sshd_config.d/gate.conf; systemctl restart ssh`,
    );
    const line = readFileSync(lab.knownHosts, 'utf8')
      .split('\n')
      .find((one) => one.includes(gate.address) && one.includes('ed25519'));
    const known = file('of the gate', `${line?.replace(/^\S+/, `[${gate.address}]:2222`)}\n`);
    return {
      ansible_host: gate.address,
      ansible_port: 2222,
      ansible_user: 'jump',
      ansible_ssh_private_key_file: own,
      provision_known_hosts: known,
    };
  }

  test('is reached as it says: address, port, user, key, known hosts; and so are those behind it', async () => {
    const vars = await guarded();
    const behind = { ...key(), provision_proxy_jump: 'gate' };
    const hosts = {
      gate: vars,
      web: { ...behind, ansible_host: web.address },
      small: { ...behind, ansible_host: small.address },
    };
    const result = await facts(inventory(hosts), '--limit', 'web:small');
    expect(result.code, result.stdout + result.stderr).toBe(0);
    // Each counts: without it nobody gets through.
    for (const [name, value] of Object.entries({
      ansible_port: 22,
      ansible_user: 'nobody',
      ansible_ssh_private_key_file: lab.privateKey,
      provision_known_hosts: file('nobody', ''),
    })) {
      const wrong = { ...hosts, gate: { ...vars, [name]: value } };
      const refused = await facts(inventory(wrong), '--limit', 'web');
      expect(refused.code, `${name}: ${refused.stdout}`).toBe(4);
    }
  });

  test('may be behind another one, by a name that only that one knows', async () => {
    const vars = { ...key(), provision_known_hosts: file('chain', '') };
    await lab.exec(gate, `echo '${small.address} inner' >>/etc/hosts`);
    const hosts = {
      gate: { ...vars, ansible_host: gate.address },
      inner: { ...vars, provision_proxy_jump: 'gate' },
      web: { ...vars, ansible_host: web.address, provision_proxy_jump: 'inner' },
    };
    const accepted = await facts(inventory(hosts), '--limit', 'web', '--host-key-checking', 'accept-new');
    expect(accepted.code, accepted.stdout + accepted.stderr).toBe(0);
    const strict = await facts(inventory(hosts), '--limit', 'web');
    expect(strict.code, strict.stdout + strict.stderr).toBe(0);
    expect(readFileSync(vars.provision_known_hosts, 'utf8')).toContain('inner ');
  });

  test('lets in two dozen at once, and none is dropped (MaxStartups)', async () => {
    const names = Array.from({ length: 24 }, (_, index) => `web${index}`);
    const behind = { ...key(), ansible_host: web.address, provision_proxy_jump: 'gate' };
    const hosts = Object.fromEntries(names.map((name) => [name, behind]));
    const list = inventory({ gate: { ...key(), ansible_host: gate.address }, ...hosts });
    const result = await facts(list, '--limit', 'web*', '--concurrency', '24', '--connect-timeout', '2m');
    expect(result.code, result.stdout + result.stderr).toBe(0);
  });
});

describe('nothing stays here or there', () => {
  const direct = () => inventory({ web: { ...key(), ansible_host: web.address } });
  const toSmall = () => inventory({ web: { ...key(), ansible_host: small.address } });
  const behind = () =>
    inventory({
      gate: { ...key(), ansible_host: gate.address },
      web: { ...key(), ansible_host: web.address, provision_proxy_jump: 'gate' },
    });
  const began = async (host: LabHost) => {
    await lab.exec(host, 'until [ -e /opt/began ]; do sleep 0.1; done');
  };
  const long = (timeout = 600) => ({
    command: { shell: 'mkdir -p /opt; touch /opt/began; sleep 600' },
    timeout,
  });

  test('of a login that comes to no end, behind a bastion or a program', async () => {
    await lab.cut(web);
    try {
      const playbook = steps('quick', { command: { argv: ['true'] } });
      const program = `sh -c 'sleep 300; : ${temporary.path}/mark'`;
      const config = file('program', `Host *\n  ProxyCommand ${program}\n`);
      const ways = [
        ['-i', behind()],
        ['-i', direct(), '-F', config],
      ];
      const kill = { at: 'run-started', signals: ['SIGINT'], delay: 2_000 } as const;
      const [late, stopped] = await Promise.all([
        Promise.all(
          ways.map((way) => run([...way, playbook, '--connect-timeout', '4s'], { checked: false })),
        ),
        Promise.all(
          ways.map((way) => run([...way, playbook, '--connect-timeout', '5m'], { kill, checked: false })),
        ),
      ]);
      for (const result of late) expect(failure(result)).toMatchObject({ kind: 'unreachable' });
      for (const { code, stdout } of stopped) expect(code, stdout).toBe(130);
      await temporary.expectNothing();
    } finally {
      await lab.heal(web);
    }
    await nothingOfOurs(lab, [gate, web]);
  });

  test('of a command whose time is over, or that is left to the host by Ctrl-C twice', async () => {
    const kill = { at: 'step-started', signals: ['SIGINT', 'SIGINT'], delay: 500 } as const;
    const [limited, stopped] = await Promise.all([
      run(['-i', toSmall(), steps('limited', long(2))], { checked: false }),
      run(['-i', behind(), steps('left', long(4))], { checked: false, kill }),
    ]);
    expect(finished(limited)).toMatchObject([{ status: 'failed' }]);
    expect(stopped.code, stopped.stdout).toBe(130);
    await temporary.expectNothing();
    await nothingOfOurs(lab, [small]);
    await nothingOfOurs(lab, [gate, web]);
  });

  test('but a folder without a secret when the run is killed; the lock of it is free', async () => {
    const playbook = steps('killed', long(6));
    let pid = 0;
    const first = run(['-i', behind(), playbook], {
      onSpawn: (spawned) => {
        pid = spawned;
      },
      checked: false,
    });
    await began(web);
    const quick = steps('second', { file: { path: '/opt/second', content: 'x\n' } });
    const second = await run(['-i', behind(), quick, '--lock-timeout', '1s'], { checked: false });
    expect(failure(second), second.stdout).toMatchObject({ kind: 'locked' });
    process.kill(pid, 'SIGKILL');
    expect((await first).code).toBe(137);
    await expect.poll(() => temporary.processes(), { timeout: 20_000 }).toEqual([]);
    const left = readdirSync(temporary.path);
    expect(left).toEqual([expect.stringMatching(/^provision-ssh-/)]);
    const files = readdirSync(join(temporary.path, left[0]!));
    expect(files.sort()).toEqual(['config']);
    rmSync(join(temporary.path, left[0]!), { recursive: true });
    await nothingOfOurs(lab, [gate, web]);
    const third = await run(['-i', behind(), quick]);
    expect(third.code, third.stdout + third.stderr).toBe(0);
  });

  test('of a connection that falls silent while a step acts; its outcome is unknown', async () => {
    const config = file('alive', 'ServerAliveInterval 1\nServerAliveCountMax 2\n');
    const acting = run(['-i', behind(), '-F', config, steps('silent', long(5))]);
    await began(web);
    await lab.cut(web);
    try {
      const result = await acting;
      expect(result.code, result.stdout).toBe(3);
      expect(result.events.find(({ event }) => event === 'step-finished')?.failure).toMatchObject({
        unknown: true,
      });
    } finally {
      await lab.heal(web);
    }
    await nothingOfOurs(lab, [gate, web]);
  });
});
