import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Lab, LabHost } from '../lab/index.ts';
import { type CliEvent, type CliResult, provision } from '../support/cli.ts';
import { CuttingLink } from '../support/cutting-link.ts';
import { delayedLink } from '../support/delayed-link.ts';
import { type LabFleet, openFleet } from '../support/lab-fleet.ts';
import { nothingOfOurs } from '../support/nothing-of-ours.ts';
import { runSteps } from '../support/run-steps.ts';

let lab: Lab;
let hosts: readonly [LabHost, LabHost, LabHost, LabHost];
let fleet: LabFleet;
let inventory: string;
let directory: string;

const SIZE = 3_000_000;

beforeAll(async () => {
  fleet = await openFleet('interrupt', { bookworm: 1, bullseye: 1, trixie: 1, busybox: 1 });
  ({ lab, inventory, directory } = fleet);
  hosts = fleet.hosts as never;
  writeFileSync(join(directory, 'artifact'), randomBytes(SIZE));
});
afterAll(async () => {
  await fleet?.close();
});
beforeEach(async () => {
  await everywhere('mkdir -p /opt; rm -rf /opt/* /tmp/go /etc/after');
});

const file = (name: string, content: unknown): string => fleet.file(name, content);
const everywhere = (script: string): Promise<readonly string[]> => fleet.everywhere(script);

async function expectNowhere(script: string): Promise<void> {
  expect(await everywhere(script)).toEqual(hosts.map(() => ''));
}

/** Runs the command line, and sends it signals when an event is told for the so-manieth time. */
async function stopAt(
  args: readonly string[],
  signals: readonly NodeJS.Signals[],
  at: (event: CliEvent) => boolean,
  times = 1,
  delay = 0,
): Promise<CliResult> {
  let pid = 0;
  let seen = 0;
  return provision([...args, '--json'], {
    onSpawn: (spawned) => {
      pid = spawned;
    },
    onEvent: (event) => {
      if (!at(event)) return;
      seen += 1;
      if (seen !== times) return;
      for (const [index, signal] of signals.entries()) {
        // Two at once are one: the second is to come after the first was heard.
        setTimeout(() => process.kill(pid, signal), delay + index * 300);
      }
    },
  });
}

const finished = ({ events }: CliResult) => events.filter(({ event }) => event === 'host-finished');
const stepsOf = ({ events }: CliResult, host: LabHost) =>
  events.filter(({ event, host: name }) => event === 'step-finished' && name === host.name);
const after = { file: { path: '/etc/after', content: 'x\n' } };

describe('in the middle of an upload', () => {
  const playbook = () =>
    file('upload.yml', {
      hosts: 'all',
      steps: [{ upload: { src: 'artifact', dest: '/opt/artifact' } }, after],
    });

  /** All hosts over links on which the upload takes a few seconds. */
  async function slowly(): Promise<{ readonly inventory: string; cut(): void }> {
    const links = await Promise.all(hosts.map((host) => delayedLink(host, { delay: 1, rate: 1_500_000 })));
    const entries = hosts.map(({ name }, index) => [
      name,
      { ansible_host: '127.0.0.1', ansible_port: links[index]!.port },
    ]);
    const vars = {
      ansible_user: 'root',
      ansible_ssh_private_key_file: lab.privateKey,
      provision_known_hosts: file(`known-${links[0]!.port}`, ''),
    };
    writeFileSync(vars.provision_known_hosts, '');
    const all = { hosts: Object.fromEntries(entries), vars };
    return {
      inventory: file('slow-inventory.yml', { all }),
      cut: () => {
        for (const link of links) link.cut();
      },
    };
  }

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s lets it finish, and nothing follows',
    async (signal) => {
      const link = await slowly();
      const args = ['-i', link.inventory, '--host-key-checking', 'accept-new', playbook()];
      const result = await stopAt(args, [signal], ({ event }) => event === 'transfer');
      link.cut();
      expect(result.code, result.stdout + result.stderr).toBe(130);
      expect(result.stderr).toContain('Interrupted');
      for (const host of hosts) {
        const statuses = stepsOf(result, host).map(({ status }) => status);
        // A host may not have begun when the other one's first bytes had gone.
        expect([['changed', 'unreached'], ['unreached', 'unreached'], []]).toContainEqual(statuses);
      }
      expect(finished(result).map(({ failure }) => (failure as { kind: string }).kind)).toEqual(
        hosts.map(() => 'interrupted'),
      );
      await expectNowhere('ls /etc/after 2>/dev/null');
      await nothingOfOurs(lab, hosts);
    },
  );

  test('twice stops at once: the old state is whole, and what became of it is said to be unknown', async () => {
    const link = await slowly();
    const args = ['-i', link.inventory, '--host-key-checking', 'accept-new', playbook()];
    const result = await stopAt(args, ['SIGINT', 'SIGINT'], ({ event }) => event === 'transfer');
    link.cut();
    expect(result.code, result.stdout + result.stderr).toBe(130);
    expect(result.events.at(-1)).toMatchObject({ event: 'run-finished', interrupted: true });
    const acting = result.events.filter(
      ({ failure }) => (failure as { unknown?: boolean })?.unknown === true,
    );
    expect(acting.length).toBeGreaterThan(0);
    await nothingOfOurs(lab, hosts);
    await expectNowhere('ls -A /opt');
  });
});

describe('in the middle of a command', () => {
  const playbook = () =>
    file('command.yml', {
      hosts: 'all',
      steps: [{ command: { shell: 'touch /opt/began; until [ -e /tmp/go ]; do sleep 0.1; done' } }, after],
    });

  test('once lets it finish', async () => {
    const args = ['-i', inventory, playbook()];
    const result = stopAt(args, ['SIGTERM'], ({ event }) => event === 'step-started', hosts.length);
    await everywhere('until [ -e /opt/began ]; do sleep 0.1; done; sleep 1; touch /tmp/go');
    const { code, stdout } = await result;
    expect(code, stdout).toBe(130);
    for (const host of hosts) {
      expect(stepsOf(await result, host).map(({ status }) => status)).toEqual(['changed', 'unreached']);
    }
    await expectNowhere('ls /etc/after 2>/dev/null');
    await nothingOfOurs(lab, hosts);
  });

  test('twice leaves it to the host, which ends it with its time', async () => {
    const limited = file('limited.yml', {
      hosts: 'all',
      steps: [{ command: { shell: 'touch /opt/began; sleep 600' }, timeout: 3 }, after],
    });
    const result = await stopAt(
      ['-i', inventory, limited],
      ['SIGINT', 'SIGINT'],
      ({ event }) => event === 'step-started',
      hosts.length,
    );
    expect(result.code, result.stdout).toBe(130);
    for (const host of hosts) {
      expect(stepsOf(result, host)).toMatchObject([
        { status: 'failed', failure: { unknown: true } },
        { status: 'unreached', reason: 'the run was interrupted' },
      ]);
    }
    expect(result.events.at(-1)).toMatchObject({
      event: 'run-finished',
      ok: 0,
      failed: hosts.length,
      unreached: hosts.length,
    });
    await nothingOfOurs(lab, hosts);
  });
});

describe('before anything is changed', () => {
  test('a host that is being looked at is not waited for', async () => {
    const playbook = file('looking.yml', {
      hosts: 'all',
      steps: [{ command: { argv: ['true'], unless: 'sleep 5; false' } }, after],
    });
    const result = await stopAt(
      ['-i', inventory, playbook],
      ['SIGINT'],
      ({ event }) => event === 'host-connected',
      hosts.length,
      1500,
    );
    const [sleeping] = await everywhere('ps -ef 2>/dev/null | grep "[s]leep 5" || ps | grep "[s]leep 5"');
    expect(sleeping).toContain('sleep 5');
    expect(result.code, result.stdout).toBe(130);
    expect(finished(result)).toMatchObject(
      hosts.map(() => ({ status: 'unreachable', failure: { kind: 'interrupted' } })),
    );
    await nothingOfOurs(lab, hosts);
  });

  test('nor is one that does not answer any more, and the others are told', async () => {
    await lab.cut(hosts[1]);
    try {
      const args = [
        '-i',
        inventory,
        file('quick.yml', { hosts: 'all', steps: [after] }),
        '--connect-timeout',
        '5m',
      ];
      const others = hosts.length - 1;
      const result = await stopAt(args, ['SIGINT'], ({ event }) => event === 'host-finished', others);
      expect(result.code, result.stdout).toBe(130);
      const ends = finished(result);
      expect(ends.slice(0, others).map(({ status }) => status)).toEqual(Array(others).fill('changed'));
      expect(ends.slice(others)).toMatchObject([
        { host: hosts[1].name, status: 'unreachable', failure: { kind: 'interrupted' } },
      ]);
    } finally {
      await lab.heal(hosts[1]);
    }
  });
});

describe('time limits', () => {
  test('a host that takes too long is ended, with its command, and the others are not', async () => {
    const [quick, ...slow] = hosts;
    const playbook = file('long.yml', {
      hosts: 'all',
      steps: [{ command: { shell: `[ "$(hostname)" = ${quick.name} ] || sleep 600` } }, after],
    });
    const result = await provision(['-i', inventory, playbook, '--json', '--host-timeout', '6s']);
    expect(result.code, result.stdout).toBe(3);
    for (const host of slow) {
      const [step] = stepsOf(result, host);
      expect(step, host.name).toMatchObject({
        status: 'failed',
        failure: { message: expect.stringContaining('its time limit is over') },
      });
    }
    expect(stepsOf(result, quick).map(({ status }) => status)).toEqual(['changed', 'changed']);
    await nothingOfOurs(lab, hosts);
  });

  test('what hangs there, and is no command, is ended when its connection has', async () => {
    const [host] = hosts;
    const unit = '[Service]\\nType=oneshot\\nRemainAfterExit=yes\\nExecStart=/bin/sleep 300\\n';
    await lab.exec(host, `printf '${unit}' >/etc/systemd/system/hangs.service; systemctl daemon-reload`);
    const link = await CuttingLink.to(host);
    const { name } = host;
    const { report } = await runSteps(
      { name, address: '127.0.0.1', port: link.port, keyPath: lab.privateKey, keepalive: 500 },
      [{ service: { name: 'hangs', state: 'started' }, timeout: 2 }],
      { told: ({ type }) => type === 'step-started' && setTimeout(() => link.close(), 1000) },
    );
    expect(report?.hosts[0]?.steps).toMatchObject([{ status: 'failed', failure: { unknown: true } }]);
    await nothingOfOurs(lab, [host]);
    await lab.exec(
      host,
      'systemctl stop hangs; rm /etc/systemd/system/hangs.service; systemctl daemon-reload',
    );
  });

  test('what has not begun when the time of the run is over is not begun', async () => {
    const playbook = file('queue.yml', {
      hosts: 'all',
      steps: [{ command: { argv: ['sleep', '2'] } }, after],
    });
    const args = ['-i', inventory, playbook, '--json', '--run-timeout', '1s', '--concurrency', '1'];
    const result = await provision(args);
    expect(result.code, result.stdout).not.toBe(0);
    expect(finished(result).at(-1)).toMatchObject({ status: 'unreachable', failure: { kind: 'time-limit' } });
    await expectNowhere('ls /etc/after 2>/dev/null');
    const human = await provision(['-i', inventory, playbook, '--run-timeout', '1s', '--concurrency', '1']);
    expect(human.stdout).toContain('not finished');
    expect(human.stdout).toContain('--run-timeout');
    await nothingOfOurs(lab, hosts);
  });
});
