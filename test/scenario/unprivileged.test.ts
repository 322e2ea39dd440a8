import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { changesByHost, provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';

let lab: Lab;
let hosts: readonly LabHost[];
let directory: string;

beforeAll(async () => {
  lab = await openLab({ name: labName('unprivileged') });
  hosts = await lab.up({ bullseye: 1, bookworm: 1, trixie: 1, busybox: 1 });
  directory = mkdtempSync(join(tmpdir(), 'provision-unprivileged-'));
  for (const host of hosts) await allow(host);
  writeFileSync(join(directory, 'big.txt'), 'line\n'.repeat(10_000));
});
afterAll(async () => {
  await lab?.down();
  if (directory !== undefined) rmSync(directory, { recursive: true });
});

/** An account with the lab's key that may become nobody. */
async function allow(host: LabHost): Promise<void> {
  const account =
    host.distro === 'busybox'
      ? 'echo plain:x:1500:1500::/home/plain:/bin/sh >>/etc/passwd; echo plain:x:1500: >>/etc/group; echo "plain:*:19000::::::" >>/etc/shadow; mkdir -p /home/plain'
      : 'useradd --create-home --uid 1500 --shell /bin/bash plain';
  await lab.exec(
    host,
    `${account}; mkdir -p /etc/mine.d /etc/profile.d /srv /opt; mkdir -p /home/plain/.ssh; cp /root/.ssh/authorized_keys /home/plain/.ssh/; chown -R plain:plain /home/plain; chmod 700 /home/plain/.ssh`,
  );
}

function write(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const login = (): readonly string[] => ['-i', join(directory, 'hosts.yml'), '--user', 'plain'];

test('a user without any rights does all that needs none, in its home', async () => {
  mkdirSync(join(directory, 'tree/bin'), { recursive: true });
  write('tree/bin/tool', '#!/bin/sh\necho 1.2.3\n');
  execFileSync('chmod', ['755', join(directory, 'tree/bin/tool')]);
  execFileSync('tar', ['-C', directory, '-czf', join(directory, 'tool.tar.gz'), 'tree']);
  execFileSync('tar', ['-C', directory, '-cf', join(directory, 'tool.tar'), 'tree']);
  write('big.txt', 'line\n'.repeat(10_000));
  await lab.writeInventory(join(directory, 'hosts.yml'));
  const home = '/home/plain';
  const playbook = write('site.yml', {
    hosts: 'all',
    steps: [
      { assert: { os: 'linux', disk: [{ path: home, free: '1 MiB' }] } },
      { directory: { path: `${home}/app` } },
      { directory: { path: `${home}/app/etc`, mode: '0750' } },
      { file: { path: `${home}/app/etc/app.conf`, content: 'port = {{ facts.arch }}\n' } },
      { upload: { src: 'big.txt', dest: `${home}/app/big.txt` } },
      { upload: { src: 'tool.tar.gz', dest: `${home}/app/tool.tar.gz` } },
      { extract: { src: `${home}/app/tool.tar.gz`, dest: `${home}/app/1.2.3`, strip: 1 } },
      { link: { path: `${home}/app/current`, target: '1.2.3' } },
      { env: { name: 'app', user: 'plain', set: { APP: '/x' }, path: [`${home}/app/current/bin`] } },
      { command: { argv: ['touch', `${home}/app/done`], creates: `${home}/app/done` } },
      { command: { argv: [`${home}/app/current/bin/tool`], read_only: true } },
    ],
  });
  const args = [...login(), playbook, '--json'];
  const dry = await provision([...args, '--dry-run']);
  expect(dry.code, dry.stdout + dry.stderr).toBe(0);
  const applied = await provision(args);
  expect(applied.code, applied.stdout + applied.stderr).toBe(0);
  expect(changesByHost(applied)).toEqual(changesByHost(dry));
  const again = await provision(args);
  expect(again.code, again.stdout).toBe(0);
  for (const changes of Object.values(changesByHost(again))) expect(changes).toEqual([]);
  const drift = await provision(['drift', ...args]);
  expect(drift.code, drift.stdout).toBe(0);
});

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPf3PqCgUXWBKyJzqrPSXDwCiHcXaqNLMSbkXn1z5RdQ ops@example';

/** What needs root, for each kind that may. */
const NEEDS_ROOT: readonly (readonly [string, object])[] = [
  ['file in /etc', { file: { path: '/etc/mine', content: 'x' } }],
  ['file of another', { file: { path: '/home/plain/other', content: 'x', owner: 'root' } }],
  ['mode of a file of another', { file: { path: '/etc/passwd', mode: '0600' } }],
  ['removal of a file of another', { file: { path: '/etc/hostname', state: 'absent' } }],
  ['directory', { directory: { path: '/opt/mine' } }],
  ['removal of a directory', { directory: { path: '/etc/mine.d', state: 'absent', recursive: true } }],
  ['link', { link: { path: '/usr/bin/mine', target: 'sh' } }],
  ['upload', { upload: { src: 'big.txt', dest: '/srv/big.txt' } }],
  ['extract', { extract: { archive: 'tool.tar.gz', dest: '/opt/tool' } }],
  ['env', { env: { name: 'mine', set: { A: 'b' } } }],
  ['env of another', { env: { name: 'mine', user: 'root', set: { A: 'b' } } }],
  ['user', { user: { name: 'other' } }],
  ['group', { group: { name: 'others' } }],
  ['keys of another', { authorized_keys: { user: 'root', keys: [KEY] } }],
  ['verify', { verify: { path: '/etc/shadow', sha256: '0'.repeat(64) } }],
];
const ON_DEBIAN: readonly (readonly [string, object])[] = [
  ['service', { service: { name: 'cron', state: 'stopped' } }],
  ['service at boot', { service: { name: 'cron', enabled: false } }],
  ['ufw', { ufw: { state: 'enabled', rules: [{ allow: '22/tcp' }] } }],
];

test('what needs root is told, each with the way out, before anything is touched', async () => {
  const first = { file: { path: '/home/plain/first', content: 'x' } };
  const named = (list: readonly (readonly [string, object])[]) =>
    list.map(([name, step]) => ({ name, ...step }));
  const playbook = write('root.yml', [
    { hosts: 'all', steps: [first, ...named(NEEDS_ROOT)] },
    { hosts: 'all:!busybox1', steps: named(ON_DEBIAN) },
  ]);
  const { code, stdout, events } = await provision([...login(), playbook, '--json']);
  expect(code, stdout).toBe(3);
  for (const host of hosts) {
    const mine = events.filter((one) => one.event === 'step-finished' && one.host === host.name);
    const told = new Map(mine.map(({ step, failure }) => [(step as { name: string }).name, failure]));
    const expected = host.distro === 'busybox' ? NEEDS_ROOT : [...NEEDS_ROOT, ...ON_DEBIAN];
    for (const [name] of expected) {
      expect(told.get(name), `${host.name}: ${name}`).toMatchObject({
        hint: expect.stringContaining('become: true'),
      });
    }
    expect((await lab.exec(host, 'ls /home/plain/first')).code, host.name).not.toBe(0);
  }
});

test('rules of sudo need root, whatever the host', async () => {
  const rules = { name: 'mine', user: 'plain', nopasswd: true, commands: ['ALL'] };
  const { code, stderr } = await provision([
    ...login(),
    write('sudoers.yml', { hosts: 'all', steps: [{ sudoers: rules }] }),
  ]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/"plain" may not read the rules of sudo[\s\S]*become: true/);
});

test('its own keys', async () => {
  const playbook = write('keys.yml', {
    hosts: 'all',
    steps: [{ authorized_keys: { user: 'plain', keys: [KEY] } }],
  });
  const result = await provision([...login(), playbook]);
  expect(result.code, result.stdout + result.stderr).toBe(0);
});
