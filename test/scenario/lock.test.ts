import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sh } from '../../src/shell/quote.ts';
import type { Lab, LabHost } from '../lab/index.ts';
import { type CliResult, changesByHost, provision } from '../support/cli.ts';
import { openSession } from '../support/host-session.ts';
import { type LabFleet, openFleet } from '../support/lab-fleet.ts';

let lab: Lab;
/** With flock, and one without. */
let hosts: readonly LabHost[];
let fleet: LabFleet;
let inventory: string;
let directory: string;

beforeAll(async () => {
  fleet = await openFleet('lock', { bullseye: 1, bookworm: 1, trixie: 1, busybox: 1 });
  ({ lab, inventory, directory } = fleet);
  hosts = fleet.hosts;
});
afterAll(async () => {
  await fleet?.close();
});
beforeEach(async () => {
  await everywhere('rm -f /tmp/began /tmp/go /etc/one /etc/two');
});

const file = (name: string, content: unknown): string => fleet.file(name, content);
const everywhere = (script: string): Promise<readonly string[]> => fleet.everywhere(script);

async function until(script: string): Promise<void> {
  await everywhere(`i=0; until ${script}; do i=$((i + 1)); [ $i -lt 300 ] || exit 1; sleep 0.1; done`);
}

const apply = (...args: string[]): Promise<CliResult> => provision(['-i', inventory, '--json', ...args]);
const ends = ({ events }: CliResult) => events.filter(({ event }) => event === 'host-finished');

/** Works until it is told to go on. */
const slow = {
  hosts: 'all',
  steps: [
    { command: { shell: 'touch /tmp/began; while [ ! -e /tmp/go ]; do sleep 0.1; done' } },
    { file: { path: '/etc/one', content: 'one\n' } },
  ],
};
const quick = {
  hosts: 'all',
  steps: [{ file: { path: '/etc/one', content: 'one\n' } }, { file: { path: '/etc/two', content: 'two\n' } }],
};

describe('two runs never change one host at once', () => {
  test('the second says who is at work and changes nothing; looking is not kept from anybody', async () => {
    const first = apply(file('slow.yml', slow));
    await until('[ -e /tmp/began ]');
    const playbook = file('quick.yml', quick);
    const [second, dry, drift] = await Promise.all([
      apply(playbook, '--lock-timeout', '0'),
      apply(playbook, '--dry-run'),
      provision(['drift', '-i', inventory, '--json', playbook]),
    ]);
    const there = await everywhere('ls /etc/two 2>/dev/null || echo none');
    await everywhere('touch /tmp/go');
    expect((await first).code, (await first).stdout).toBe(0);
    expect(second.code, second.stdout).toBe(4);
    for (const report of ends(second)) {
      const { kind, message } = report.failure as { kind: string; message: string };
      expect(kind).toBe('locked');
      expect(message).toMatch(/^another run is changing this host: /);
      expect(message).toContain(`@${hostname()} (process `);
      expect(message).toMatch(/ from [0-9.]+, for \d+ s \(process \d+ on the host\)$/);
    }
    expect(Object.values(changesByHost(second)).flat()).toEqual([]);
    expect(there).toEqual(hosts.map(() => 'none\n'));
    expect(dry.code, dry.stdout).toBe(0);
    expect(drift.code, drift.stdout).toBe(2);
  });

  test('one that waits looks again at what the other has changed meanwhile', async () => {
    const first = apply(file('slow.yml', slow));
    await until('[ -e /tmp/began ]');
    let waiting = 0;
    const args = ['-i', inventory, '--json', file('quick.yml', quick), '--lock-timeout', '60s'];
    const second = provision(args, {
      onEvent: ({ event }) => {
        // Now it has looked at the host, and /etc/one is not there yet.
        if (event === 'host-waiting') waiting += 1;
      },
    });
    for (let tries = 0; waiting < hosts.length && tries < 300; tries += 1) await sleep(100);
    await everywhere('touch /tmp/go');
    expect((await first).code, (await first).stdout).toBe(0);
    const result = await second;
    expect(result.code, result.stdout).toBe(0);
    expect(result.events.filter(({ event }) => event === 'host-waiting')).toHaveLength(hosts.length);
    for (const changes of Object.values(changesByHost(result))) {
      expect(changes).toMatchObject([{ target: '/etc/two', action: 'create' }]);
    }
  });

  test('one that becomes root after its first looks does not take these for what is there', async () => {
    const withSudo = hosts.slice(0, 3);
    await everywhere('echo old >/etc/one');
    const copy = {
      hosts: withSudo.map(({ name }) => name).join(':'),
      steps: [
        {
          command: {
            shell: 'cat /etc/one; touch /tmp/began; while [ ! -e /tmp/go ]; do sleep 0.1; done',
            read_only: true,
          },
          register: 'read',
        },
        { file: { path: '/etc/two', content: '{{ read.stdout }}\n' }, become: true },
      ],
    };
    const first = apply(file('copy.yml', copy), '--user', 'ops');
    for (const host of withSudo) await lab.exec(host, 'until [ -e /tmp/began ]; do sleep 0.1; done');
    const write = { ...quick, steps: quick.steps.slice(0, 1) };
    expect((await apply(file('write.yml', write))).code).toBe(0);
    await everywhere('touch /tmp/go');
    expect((await first).code, (await first).stdout).toBe(0);
    for (const host of withSudo) expect((await lab.exec(host, 'cat /etc/two')).stdout).toBe('one\n');
  });

  test('a converged run takes no lock, and is not kept waiting', async () => {
    expect((await apply(file('quick.yml', quick))).code).toBe(0);
    const first = apply(file('slow.yml', slow));
    await until('[ -e /tmp/began ]');
    const note = await everywhere('cat /run/provision/lock');
    const again = await apply(file('quick.yml', quick), '--lock-timeout', '0');
    expect(again.code, again.stdout).toBe(0);
    expect(await everywhere('cat /run/provision/lock')).toEqual(note);
    await everywhere('touch /tmp/go');
    expect((await first).code).toBe(0);
  });
});

test('the lock and what is asked only before a change share a round trip', async () => {
  const steps = ['one', 'two'].map((name) => ({ file: { path: `/etc/${name}`, content: '{{ n }}\n' } }));
  const few = file('few.yml', { hosts: 'all', vars: { n: '1' }, steps });
  await apply(few);
  const ended = ends(await apply(few, '-e', 'n=2'));
  // Looking, the free space with the lock, and each step.
  expect(ended).toMatchObject(hosts.map(() => ({ roundTrips: 4 })));
});

describe('the lock goes with what works for it', () => {
  test('after kill -9 of the controller it is held while a command of it still works, and free when that is over', async () => {
    let pid = 0;
    const first = provision(['-i', inventory, file('slow.yml', slow)], {
      onSpawn: (spawned) => {
        pid = spawned;
      },
    });
    await until('[ -e /tmp/began ]');
    process.kill(pid, 'SIGKILL');
    await first;
    const playbook = file('quick.yml', quick);
    const refused = await apply(playbook, '--lock-timeout', '1');
    expect(refused.code, refused.stdout).toBe(4);
    expect(ends(refused).map(({ failure }) => (failure as { kind: string }).kind)).toEqual(
      hosts.map(() => 'locked'),
    );
    await everywhere('touch /tmp/go');
    const done = await apply(playbook, '--lock-timeout', '30');
    expect(done.code, done.stdout).toBe(0);
    // The dead run made none of its other steps.
    for (const changes of Object.values(changesByHost(done))) expect(changes).toHaveLength(2);
  });

  test('a process that a command leaves in the background does not keep it', async () => {
    const daemon = file('daemon.yml', {
      hosts: 'all',
      steps: [{ command: { shell: 'sleep 987 >/dev/null 2>&1 </dev/null &' } }],
    });
    expect((await apply(daemon)).code).toBe(0);
    const second = await apply(file('quick.yml', quick));
    expect(second.code, second.stdout).toBe(0);
    expect(second.events.filter(({ event }) => event === 'host-waiting')).toEqual([]);
    await everywhere(
      'kill $(ps -ef 2>/dev/null | grep "[s]leep 987" | awk "{print \\$2}") 2>/dev/null || killall sleep',
    );
  });
});

describe('others on the host', () => {
  test('nobody but root can hold root’s lock, or lay a link in its place', async () => {
    const [host] = hosts as [LabHost];
    const as = (script: string) => lab.exec(host, `su -s /bin/sh ops -c '${script}'`);
    expect((await as('flock -n /run/provision/lock true')).code).not.toBe(0);
    expect((await as('ln -s /etc/shadow /run/provision')).code).not.toBe(0);
    expect((await as('mv /run/provision /run/x')).code).not.toBe(0);
  });

  test('a run without root locks among runs of its user, and refuses what another user has put in its place', async () => {
    const [host] = hosts as [LabHost];
    const ops = join(directory, 'ops.yml');
    await lab.writeInventory(ops, { user: 'ops' });
    const playbook = (name: string) =>
      file(`${name}.yml`, {
        hosts: host.name,
        steps: [{ file: { path: `/home/ops/${name}`, content: 'x' } }],
      });
    const made = await provision(['-i', ops, playbook('one'), '--json']);
    expect(made.code, made.stdout).toBe(0);
    expect((await lab.exec(host, 'stat -c "%U %a" /tmp/provision-ops')).stdout).toBe('ops 700\n');
    await lab.exec(host, 'rm -rf /tmp/provision-ops; ln -s /etc /tmp/provision-ops');
    const linked = await provision(['-i', ops, playbook('two'), '--json']);
    expect(linked.code, linked.stdout).toBe(4);
    expect(linked.stdout).toContain('/tmp/provision-ops cannot be made');
    await lab.exec(host, 'rm /tmp/provision-ops; mkdir /tmp/provision-ops');
    const foreign = await provision(['-i', ops, playbook('two'), '--json']);
    expect(foreign.code, foreign.stdout).toBe(4);
    expect(foreign.stdout).toContain('/tmp/provision-ops belongs to another user');
    expect(
      (await lab.exec(host, 'ls /home/ops/two 2>/dev/null || true; rmdir /tmp/provision-ops')).stdout,
    ).toBe('');
  });

  test('nobody can hang the runs of another user by what lies in place of the note', async () => {
    const [host] = hosts as [LabHost];
    const lay = 'umask 0; mkdir /tmp/provision-ops; mkfifo /tmp/provision-ops/lock';
    await lab.exec(host, `rm -rf /tmp/provision-ops; su -s /bin/sh nobody -c '${lay}'`);
    const session = await openSession(lab, host);
    const { results } = await session.run('ops', [{ script: sh`echo here` }], { timeout: 20_000 });
    expect(results[0]?.stdout.toString()).toBe('here\n');
    expect(await session.lock('ops', HOLDER)).toMatchObject({ kind: 'impossible' });
    await session.close();
    await lab.exec(host, 'rm -r /tmp/provision-ops');
  });
});

const HOLDER = { run: 'test', who: 'a test', limit: 60 };

describe('a change that another run has made and not proven', () => {
  const cases = [
    ['root', '/var/lib'],
    ['root', '/run'],
    ['ops', '/run'],
    ['ops', '/var/tmp'],
  ] as const;
  test.each(cases)('begun after %s has looked is waited for with the lock: %s', async (user, place) => {
    const guard = `${place}/provision-guard-test`;
    // Nobody but root logs in to the other one.
    const where = user === 'root' ? hosts : hosts.filter(({ distro }) => distro !== 'busybox');
    await Promise.all(
      where.map(async (host) => {
        const session = await openSession(lab, host, { user });
        try {
          await session.run(user, [{ script: sh`:` }], { timeout: 20_000 });
          const make = `mkdir -p ${guard}; (sleep 3; rmdir ${guard}) >/dev/null 2>&1 </dev/null &`;
          await lab.exec(host, place === '/var/tmp' ? `su -s /bin/sh ${user} -c '${make}'` : make);
          expect(await session.lock(user, HOLDER), host.name).toEqual({ kind: 'held', fresh: false });
          expect((await lab.exec(host, `ls -d ${guard} 2>/dev/null; true`)).stdout).toBe('');
        } finally {
          await session.close();
        }
      }),
    );
  });

  test('another user cannot have anybody wait', async () => {
    const guard = '/var/tmp/provision-guard-test';
    const [host] = hosts as [LabHost];
    await lab.exec(host, `su -s /bin/sh nobody -c 'mkdir ${guard}'`);
    const session = await openSession(lab, host);
    try {
      await session.run('ops', [{ script: sh`:` }], { timeout: 20_000 });
      expect(await session.lock('ops', HOLDER)).toEqual({ kind: 'held', fresh: true });
    } finally {
      await session.close();
      await lab.exec(host, `rmdir ${guard}`);
    }
  });
});
