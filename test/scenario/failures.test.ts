import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab, LabHost } from '../lab/index.ts';
import { changesByHost, provision } from '../support/cli.ts';
import { type LabFleet, openFleet } from '../support/lab-fleet.ts';

let lab: Lab;
let hosts: readonly LabHost[];
let fleet: LabFleet;
let inventory: string;
let directory: string;

beforeAll(async () => {
  fleet = await openFleet('failures', { bookworm: 1, bullseye: 1, trixie: 1, busybox: 1 });
  ({ lab, inventory, directory } = fleet);
  hosts = fleet.hosts;
});
afterAll(async () => {
  await fleet?.close();
});
const file = (name: string, content: unknown): string => fleet.file(name, content);

const touch = { hosts: 'all', steps: [{ file: { path: '/etc/provisioned', content: 'yes\n' } }] };

describe('a host that fails does not stop the others', () => {
  test('a silent host is unreachable, the others are done, and the exit code says so', async () => {
    const [silent] = hosts as [LabHost];
    await lab.cut(silent);
    const result = await provision([
      '-i',
      inventory,
      file('touch.yml', touch),
      '--json',
      '--connect-timeout',
      '4',
    ]);
    await lab.heal(silent);
    expect(result.code, result.stderr).toBe(4);
    const statuses = Object.fromEntries(
      result.events
        .filter(({ event }) => event === 'host-finished')
        .map(({ host, status }) => [host, status]),
    );
    expect(statuses[silent.name]).toBe('unreachable');
    for (const host of hosts.slice(1)) expect(statuses[host.name]).toBe('changed');
    // They did not wait for it either: all were finished before the time-out.
    const order = result.events.filter(({ event }) => event === 'host-finished').map(({ host }) => host);
    expect(order.at(-1)).toBe(silent.name);
  });

  test('a host with a dead sshd is named with cause and way out', async () => {
    const [, dead] = hosts as [LabHost, LabHost];
    await lab.killSshd(dead);
    const result = await provision(['-i', inventory, '--limit', dead.name, file('touch.yml', touch)]);
    await lab.startSshd(dead);
    expect(result.code).toBe(4);
    const said = result.stdout + result.stderr;
    expect(said).toContain('refused the connection');
    expect(said).toContain('is sshd running');
    expect(said).not.toMatch(/\n\s+at /);
  });

  test('one that fails a pre-flight check is not touched, and the others are done', async () => {
    const playbook = file('preflight.yml', {
      hosts: 'all',
      steps: [
        { file: { path: '/etc/preflight', content: 'yes\n' } },
        { assert: { distribution: ['debian'] } },
      ],
    });
    const result = await provision(['-i', inventory, playbook, '--json']);
    expect(result.code).toBe(3);
    const changes = changesByHost(result);
    for (const host of hosts) {
      const expected = host.distro === 'busybox' ? 0 : 1;
      expect(changes[host.name] ?? [], host.name).toHaveLength(expected);
      const { stdout } = await lab.exec(host, 'ls /etc/preflight 2>/dev/null || true');
      expect(stdout).toBe(expected === 1 ? '/etc/preflight\n' : '');
    }
  });

  test('a refused login says which user and what to check', async () => {
    const own = file('refused.yml', {
      all: {
        hosts: {
          x: {
            ansible_host: (hosts[0] as LabHost).address,
            ansible_user: 'nobody',
            ansible_ssh_private_key_file: lab.privateKey,
            provision_known_hosts: lab.knownHosts,
          },
        },
      },
    });
    const result = await provision(['-i', own, file('touch.yml', touch)]);
    expect(result.code).toBe(4);
    expect(result.stdout + result.stderr).toContain('refused the login of "nobody"');
  });

  test('an unknown host key is refused with its fingerprint', async () => {
    const own = file('unknown.yml', {
      all: {
        hosts: {
          x: {
            ansible_host: (hosts[0] as LabHost).address,
            ansible_user: 'root',
            ansible_ssh_private_key_file: lab.privateKey,
            provision_known_hosts: file('empty_known_hosts', ''),
          },
        },
      },
    });
    const result = await provision(['-i', own, file('touch.yml', touch)]);
    expect(result.code).toBe(4);
    expect(result.stdout + result.stderr).toMatch(/SHA256:[A-Za-z0-9+/]{43}/);
  });

  test('refused sudo says who may not become whom, and how to allow it', async () => {
    const host = hosts[1] as LabHost;
    await lab.exec(host, 'rm /etc/sudoers.d/ops; gpasswd -d ops sudo');
    await lab.writeInventory(join(directory, 'ops.yml'), { user: 'ops' });
    const playbook = file('become.yml', { ...touch, become: true });
    const result = await provision(['-i', join(directory, 'ops.yml'), '--limit', host.name, playbook]);
    expect(result.code).toBe(4);
    const said = result.stdout + result.stderr;
    expect(said).toContain('"ops" may not become "root"');
    expect(said).toContain('NOPASSWD');
    await lab.reset(host);
  });

  test('a host without tar says so before it is touched', async () => {
    const host = hosts[2] as LabHost;
    await lab.exec(host, 'rm -f /bin/tar /usr/bin/tar');
    const { execFileSync } = await import('node:child_process');
    execFileSync('tar', ['-C', directory, '-czf', join(directory, 'a.tar.gz'), 'touch.yml']);
    const playbook = file('extract.yml', {
      hosts: 'all',
      steps: [
        { upload: { src: 'a.tar.gz', dest: '/opt/a.tar.gz' } },
        { extract: { src: '/opt/a.tar.gz', dest: '/opt/a' } },
      ],
    });
    const result = await provision(['-i', inventory, '--limit', host.name, playbook]);
    expect(result.code).toBe(3);
    expect(result.stdout + result.stderr).toMatch(/tar/);
    expect((await lab.exec(host, 'ls -A /opt')).stdout).toBe('');
  });
});
