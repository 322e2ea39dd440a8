import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
  for (const one of [directory, memory.XDG_CACHE_HOME]) rmSync(one, { recursive: true });
});

/** A playbook that puts a small and a large file into a folder of its own. */
function playbook(name: string, ...more: readonly object[]): string {
  const path = join(directory, `${name}.yml`);
  const place = `/root/${name}`;
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

/** What is told of steps and hosts that failed. */
function failuresOf({ events, stderr }: CliResult): string {
  const failed = events.filter(({ failure }) => failure !== undefined);
  return `${failed.map((event) => JSON.stringify(event)).join('\n')}${stderr}`;
}

/** Of ssh2. Without a compiler, or the headers of Node, none was built when it was installed. */
const NATIVE_PART = join(
  dirname(createRequire(import.meta.url).resolve('ssh2/package.json')),
  'lib/protocol/crypto/build/Release/sshcrypto.node',
);
const JUDGE = ['--dry-run', '--detailed-exitcode'];

test('without native parts all is as with them, only slower', async () => {
  const work = playbook('native');
  const { env, refused } = withoutNativeParts();
  const dry = await run([work, '--dry-run'], env);
  expect(dry.code, failuresOf(dry)).toBe(0);
  const applied = await run([work], env);
  expect(applied.code, failuresOf(applied)).toBe(0);
  // Where there is one it would have been loaded.
  expect(refused().join().includes('sshcrypto')).toBe(existsSync(NATIVE_PART));
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
      expect(result.code, failuresOf(result)).toBe(0);
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
      const proven = result.events.filter(({ event, state }) => event === 'guard' && state === 'proven');
      expect(proven).toHaveLength(hosts.length);
    },
  );

  test('ten years apart from the hosts, before or behind, a run finds what it has made', async () => {
    const work = playbook('years');
    const applied = await run([work], otherClock(10 * 365 * DAY).env);
    expect(applied.code, failuresOf(applied)).toBe(0);
    expect(Object.keys(changesByHost(applied))).toHaveLength(hosts.length);
    for (const env of [otherClock(-10 * 365 * DAY).env, {}]) {
      const judged = await run([work, ...JUDGE], env);
      expect(judged.code, judged.stdout).toBe(0);
    }
  });

  test('a file’s time is no content: another one is no drift, and the same one no proof', async () => {
    const work = playbook('times');
    const applied = await run([work]);
    expect(applied.code, failuresOf(applied)).toBe(0);
    for (const time of ['2099-12-31 00:00', '1971-01-01 00:00']) {
      await everywhere(`cd /root/times && touch -d '${time}' small large .`);
      const judged = await run([work, ...JUDGE]);
      expect(judged.code, judged.stdout).toBe(0);
    }
    await everywhere(
      'cd /root/times && for f in small large; do touch -r $f ../ref; printf X | dd of=$f conv=notrunc 2>/dev/null; touch -r ../ref $f; done',
    );
    const judged = await run([work, ...JUDGE]);
    expect(judged.code, judged.stdout).toBe(2);
    for (const changes of Object.values(changesByHost(judged))) expect(changes).toHaveLength(2);
  });
});

/** Which keys are usual, and in which order, is another list in each version; what is named counts everywhere. */
function withUsual(fields: ReturnType<typeof fromUs>): ReturnType<typeof fromUs> {
  const files = fields?.identityFiles as readonly string[] | undefined;
  if (files?.every((path) => path.startsWith('~/.ssh/id_')) !== true) return fields;
  return { ...fields, identityFiles: 'the usual ones' };
}

/**
 * What OpenSSH's versions are not of one mind about: 8.4 knows no comment behind a value and takes a `Host` without a
 * pattern; 10.0 has `Match user=x`, and expands tokens of `User`. The version between them is asked elsewhere.
 */
const DISPUTED = /[^\n]#|^\s*Host\s*$|^\s*Match .*=|^\s*User\W.*%/im;

test('ssh_config means to us what it means to the ssh of each system', async () => {
  const home = mkdtempSync(join(tmpdir(), 'ssh-config-'));
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  const at = (text: string): string => text.replaceAll('/HOME', home);
  const questions = fc
    .sample(fc.tuple(fileText, includedText, includedText, askedAbout), { numRuns: 250, seed: 1 })
    .map(([config, one, two, host]) => ({
      files: { config: at(config), '.ssh/one': at(one), '.ssh/two': at(two) },
      host,
    }))
    .filter(({ files }) => !Object.values(files).some((text) => DISPUTED.test(text)));
  const ours = questions.map(({ files, host }) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
    return withUsual(fromUs(join(home, 'config'), host, home));
  });
  const compare = async (host: LabHost): Promise<void> => {
    const answers = await askSshOn(lab, host, home, questions);
    let taken = 0;
    for (const [index, { status, stdout, stderr }] of answers.entries()) {
      // A host that is its own jump host is reached directly here.
      if (stderr.includes('jumphost loop')) continue;
      const theirs = withUsual(status === 0 ? fromSsh(stdout) : undefined);
      expect(ours[index], `${host.name}: ${JSON.stringify(questions[index])}`).toEqual(theirs);
      if (theirs !== undefined) taken += 1;
    }
    // Files that are refused alone would prove little.
    expect(taken, host.name).toBeGreaterThan(30);
  };
  await Promise.all(hosts.filter(({ distro }) => distro !== 'busybox').map(compare));
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
    expect(applied.code, failuresOf(applied)).toBe(0);
    for (const [index, host] of hosts.entries()) {
      for (const path of ['/root/durable/small', '/root/durable/large', '/root/.ssh/authorized_keys'])
        expectDurable(calls[index]!, path, host.name);
      expectProofKept(calls[index]!, host.name);
    }
  });

  /** Or a host that loses its power then would take a proven change back when it starts. */
  function expectProofKept(calls: readonly KernelCall[], host: string): void {
    const told = calls.findIndex(
      ({ name, args }) => name.startsWith('rename') && args.includes('/disarmed"'),
    );
    const guard = /"([^"]*)\/disarmed"/.exec(calls[told]?.args ?? '')?.[1];
    expect(guard, host).toBeDefined();
    const place = `${host}: ${guard} after\n${textOf(calls.slice(told))}`;
    expect(calls.slice(told + 1).some(flushes(guard!)), place).toBe(true);
  }

  const textOf = (calls: readonly KernelCall[]): string =>
    calls.map(({ name, args }) => `${name}(${args}`).join('\n');

  const flushes = (of: string) => (call: KernelCall) =>
    call.name === 'sync' || (/^f(data)?sync$/.test(call.name) && call.args.includes(`${of}>)`));

  function expectDurable(calls: readonly KernelCall[], path: string, host: string): void {
    const [, folder = '', name = ''] = /^(.*)\/([^/]*)$/.exec(path)!;
    const place = `${host}: ${path}\n${textOf(calls)}`;
    const renamed = calls.findLastIndex(
      (call) =>
        call.name.startsWith('rename') &&
        new RegExp(`["/]${name}"`).test(call.args) &&
        / = 0$/.test(call.args),
    );
    expect(renamed, place).toBeGreaterThan(0);
    const temporary = /"(?:[^"]*\/)?(\.provision-[^"/]*)"/.exec(calls[renamed]!.args)?.[1];
    expect(temporary, place).toBeDefined();
    expect(calls.slice(0, renamed).some(flushes(`${folder}/${temporary}`)), place).toBe(true);
    expect(calls.slice(renamed + 1).some(flushes(folder)), place).toBe(true);
  }
});
