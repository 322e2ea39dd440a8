import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';

/** What real servers do to connections and channels, over both transports. */
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

describe.each(['ssh2', 'openssh'])('over %s', (transport) => {
  const run = (inventory: string, playbook: string) =>
    provision([
      '-i',
      join(directory, inventory),
      playbook,
      '--json',
      '--transport',
      transport,
      '--connect-timeout',
      '30',
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

  test('a server that allows fewer channels than users are acted as says what to change', async () => {
    const command = { argv: ['id', '-un'], read_only: true };
    const steps = [
      { command: { ...command, expect: { stdout: 'ops' } } },
      { become: true, command: { ...command, expect: { stdout: 'root' } } },
    ];
    const playbook = file('users.yml', { hosts: 'bookworm', steps });
    await withSettings('MaxSessions 1', async () => {
      const result = await run('ops.yml', playbook);
      expect(result.code, result.stdout).toBe(4);
      const end = result.events.find(({ event }) => event === 'host-finished');
      expect(JSON.stringify(end?.failure)).toContain('MaxSessions');
    });
    const result = await run('ops.yml', playbook);
    expect(result.code, result.stdout).toBe(0);
  });
});
