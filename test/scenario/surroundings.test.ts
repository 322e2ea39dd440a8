import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliEvent, type CliResult, changesByHost, provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';
import { otherClock, withoutNativeParts } from '../support/preloads.ts';
import { type KernelCall, traceServer } from '../support/server-trace.ts';
import { askedAbout, fileText, includedText } from '../support/ssh-config-text.ts';
import { askSshOn } from '../support/ssh-on-host.ts';
import { fromSsh, fromUs } from '../support/ssh-oracle.ts';

/** What a run stands on, on either side: native parts, clocks, disks. */
let lab: Lab;
let hosts: readonly LabHost[];
let inventory: string;
const directory = mkdtempSync(join(tmpdir(), 'provision-surroundings-'));
/** What is remembered of hosts is of this file alone. */
const memory = { XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), 'cache-')) };
const SIZE = 3_000_000;

beforeAll(async () => {
  lab = await openLab({ name: labName('surroundings') });
  hosts = await lab.up({ bullseye: 1, bookworm: 1, trixie: 1, busybox: 1 });
  inventory = join(directory, 'inventory.yml');
  await lab.writeInventory(inventory);
  writeFileSync(join(directory, 'artifact'), Buffer.alloc(SIZE, 'provision '));
});
afterAll(async () => {
  await lab?.down();
  rmSync(directory, { recursive: true });
});

/** A playbook that puts a small and a large file into a folder of its own. */
function playbook(name: string, ...more: readonly object[]): string {
  const path = join(directory, `${name}.yml`);
  const place = `/srv/${name}`;
  const steps = [
    { directory: { path: place } },
    { file: { path: `${place}/small`, content: `of ${name}\n` } },
    { upload: { src: 'artifact', dest: `${place}/large` } },
    ...more,
  ];
  writeFileSync(path, JSON.stringify({ hosts: 'all', steps }));
  return path;
}

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  onEvent?: (event: CliEvent) => void,
): Promise<CliResult> {
  return provision(['-i', inventory, '--json', '--connect-timeout', '30', ...args], {
    env: { ...memory, ...env },
    ...(onEvent === undefined ? {} : { onEvent }),
  });
}

async function everywhere(script: string): Promise<void> {
  for (const host of hosts) {
    const { code, stderr } = await lab.exec(host, script);
    expect(code, `${host.name}: ${script}: ${stderr}`).toBe(0);
  }
}

const JUDGE = ['--dry-run', '--detailed-exitcode'];

test('without native parts all is as with them, only slower', async () => {
  const work = playbook('native');
  const { env, refused } = withoutNativeParts();
  const dry = await run([work, '--dry-run'], env);
  expect(dry.code, dry.stdout + dry.stderr).toBe(0);
  const applied = await run([work], env);
  expect(applied.code, applied.stdout + applied.stderr).toBe(0);
  // There is one that would have been loaded, or this shows nothing.
  expect(refused().join()).toContain('sshcrypto');
  expect(changesByHost(applied)).toEqual(changesByHost(dry));
  expect(Object.keys(changesByHost(applied))).toHaveLength(hosts.length);
  const judged = await run([work, ...JUDGE]);
  expect(judged.code, judged.stdout).toBe(0);
});

describe('clocks', () => {
  const DAY = 86_400_000;

  test.each([
    ['forward', DAY],
    ['back', -DAY],
  ])(
    'one that jumps %s by a day in the middle of a run ends nothing, and no duration shows it',
    async (way, jump) => {
      const since = join(directory, `jumped-${way}`);
      // The key is one more: such a change is proven by a new login within half a minute.
      const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0Jw0h5VJBXBmlzb7uJGQYm9vM0Mdq0rZ0hB3aUuYq5 ${way}`;
      const work = playbook(
        `jump-${way}`,
        { command: { argv: ['sleep', '1'] } },
        { authorized_keys: { user: 'root', keys: [key] } },
      );
      const limits = ['--host-timeout', '10m', '--run-timeout', '20m'];
      const result = await run([work, ...limits], otherClock(jump, since).env, ({ event }) => {
        if (event === 'step-started' && !existsSync(since)) writeFileSync(since, '');
      });
      expect(result.code, result.stdout + result.stderr).toBe(0);
      const times = result.events.map(({ time }) => Date.parse(time as string));
      expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(DAY / 2);
      const durations = result.events.flatMap(({ durationMs }) =>
        durationMs === undefined ? [] : [durationMs],
      );
      expect(durations.length).toBeGreaterThan(5 * hosts.length);
      for (const duration of durations) {
        expect(duration).toBeGreaterThanOrEqual(0);
        expect(duration).toBeLessThan(DAY / 24);
      }
      const judged = await run([work, ...JUDGE]);
      // The command has no guard: it is what is left to do.
      expect(Object.values(changesByHost(judged))).toEqual(
        hosts.map(() => [expect.objectContaining({ resource: 'command' })]),
      );
    },
  );

  test('ten years apart from the hosts, before or behind, a run finds what it has made', async () => {
    const work = playbook('years');
    for (const years of [10, -10]) {
      const { env } = otherClock(years * 365 * DAY);
      const applied = await run([work], env);
      expect(applied.code, applied.stdout + applied.stderr).toBe(0);
      expect(Object.keys(changesByHost(applied))).toHaveLength(hosts.length);
      for (const again of [env, {}]) {
        const judged = await run([work, ...JUDGE], again);
        expect(judged.code, judged.stdout).toBe(0);
      }
      await everywhere('rm -r /srv/years');
    }
  });

  test('a file’s time is no content: another one is no drift, and the same one no proof', async () => {
    const work = playbook('times');
    const applied = await run([work]);
    expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    for (const time of ['2099-12-31 00:00', '1971-01-01 00:00']) {
      await everywhere(`cd /srv/times && touch -d '${time}' small large .`);
      const judged = await run([work, ...JUDGE]);
      expect(judged.code, judged.stdout).toBe(0);
    }
    await everywhere(
      'cd /srv/times && for f in small large; do touch -r $f ../ref; printf X | dd of=$f conv=notrunc 2>/dev/null; touch -r ../ref $f; done',
    );
    const judged = await run([work, ...JUDGE]);
    expect(judged.code, judged.stdout).toBe(2);
    for (const changes of Object.values(changesByHost(judged))) expect(changes).toHaveLength(2);
  });
});

test('ssh_config means to us what it means to the ssh of each system', async () => {
  const home = mkdtempSync(join(tmpdir(), 'ssh-config-'));
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  const at = (text: string): string => text.replaceAll('/HOME', home);
  const samples = fc.sample(fc.tuple(fileText, includedText, includedText, askedAbout), {
    numRuns: 150,
    seed: 1,
  });
  const questions = samples.map(([config, one, two, host]) => ({
    files: { config: at(config), '.ssh/one': at(one), '.ssh/two': at(two) },
    host,
  }));
  const ours = questions.map(({ files, host }) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
    return fromUs(join(home, 'config'), host, home);
  });
  for (const host of hosts.filter(({ distro }) => distro !== 'busybox')) {
    const answers = await askSshOn(lab, host, home, questions);
    let compared = 0;
    for (const [index, { status, stdout, stderr }] of answers.entries()) {
      // A host that is its own jump host is reached directly here.
      if (stderr.includes('jumphost loop')) continue;
      const theirs = status === 0 ? fromSsh(stdout) : undefined;
      expect(ours[index], `${host.name}: ${JSON.stringify(questions[index])}`).toEqual(theirs);
      if (theirs !== undefined) compared += 1;
    }
    expect(compared, host.name).toBeGreaterThan(30);
  }
  rmSync(home, { recursive: true });
});

describe('a file is on the disk before its name is, and its name before the step is done', () => {
  const CALLS = ['fsync', 'fdatasync', 'sync', 'syncfs', 'rename', 'renameat', 'renameat2'];

  test('content of a playbook, an upload, keys', async () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0Jw0h5VJBXBmlzb7uJGQYm9vM0Mdq0rZ0hB3aUuYq5 durable';
    const work = playbook('durable', { authorized_keys: { user: 'root', keys: [key] } });
    const traces = await Promise.all(hosts.map((host) => traceServer(lab, host, CALLS)));
    const applied = await run([work]);
    const calls = await Promise.all(traces.map((end) => end()));
    expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    for (const [index, host] of hosts.entries()) {
      for (const path of ['/srv/durable/small', '/srv/durable/large', '/root/.ssh/authorized_keys'])
        expectDurable(calls[index]!, path, host.name);
    }
  });

  function expectDurable(calls: readonly KernelCall[], path: string, host: string): void {
    const [, folder = '', name = ''] = /^(.*)\/([^/]*)$/.exec(path)!;
    const all = calls.map((call) => `${call.name}(${call.args}`).join('\n');
    const place = `${host}: ${path}\n${all}`;
    const renamed = calls.findLastIndex(
      (call) => call.name.startsWith('rename') && call.args.includes(`/${name}"`) && / = 0$/.test(call.args),
    );
    expect(renamed, place).toBeGreaterThan(0);
    const temporary = /"(?:[^"]*\/)?(\.provision-[^"/]*)"/.exec(calls[renamed]!.args)?.[1];
    expect(temporary, place).toBeDefined();
    const flushes = (of: string) => (call: KernelCall) =>
      call.name === 'sync' || (/^f(data)?sync$/.test(call.name) && call.args.includes(`${of}>)`));
    expect(calls.slice(0, renamed).some(flushes(`${folder}/${temporary}`)), place).toBe(true);
    expect(calls.slice(renamed + 1).some(flushes(folder)), place).toBe(true);
  }
});
