import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shardOf } from '../../src/inventory/shard.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliResult, provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';

/** A fleet in parts, as several controllers would have it, and their reports put together. */

const COUNT = 2;

let lab: Lab;
let hosts: readonly LabHost[];
let folder: string;

beforeAll(async () => {
  lab = await openLab({ name: labName('shard') });
  hosts = await lab.up({ bookworm: 3 });
  folder = mkdtempSync(join(tmpdir(), 'provision-shard-'));
  await lab.writeInventory(join(folder, 'inventory.yml'));
  writeFileSync(
    join(folder, 'site.yml'),
    `hosts: all
become: true
steps:
  - name: A text
    file: { path: /etc/shard.txt, content: "one\\ntwo\\n" }
  - name: What only some hosts have
    file: { path: "/etc/shard-{{ inventory_hostname }}", content: "{{ inventory_hostname }}\\n" }
`,
  );
  writeFileSync(
    join(folder, 'slow.yml'),
    `hosts: all
become: true
steps:
  - name: It takes its time
    command: { argv: [sleep, "99"] }
    when: inventory_hostname in slow
`,
  );
});
afterAll(async () => {
  await lab?.down();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

const run = (...args: readonly string[]): Promise<CliResult> =>
  provision(args, { cwd: folder, env: { LC_ALL: 'C.UTF-8' } });

/** Runs every part, at the same time, and keeps what each writes. */
async function inParts(...args: readonly string[]): Promise<{ files: string[]; codes: number[] }> {
  const shards = Array.from({ length: COUNT }, (_, at) => `${at + 1}/${COUNT}`);
  const results = await Promise.all(shards.map((shard) => run(...args, '--json', '--shard', shard)));
  const files = results.map(({ stdout }, at) => {
    const name = `part-${at + 1}.jsonl`;
    writeFileSync(join(folder, name), stdout);
    return name;
  });
  return { files, codes: results.map(({ code }) => code) };
}

/** The report alone, without the lines of single hosts before it. Only the time differs from run to run. */
const report = ({ stdout }: CliResult): string =>
  stdout.slice(stdout.indexOf('\n\n') + 2).replace(/\d+\.\d s$/m, '… s');

async function untilAsleep(host: LabHost): Promise<void> {
  while ((await lab.exec(host, "pgrep -f '^sleep 99'")).code !== 0) await wait(100);
}

const SITE = ['-i', 'inventory.yml', 'site.yml'];

async function bothWays(args: readonly string[], before?: () => Promise<unknown>) {
  await before?.();
  const whole = await run(...args);
  await before?.();
  const { files, codes } = await inParts(...args);
  const merged = await run('report', 'merge', ...files);
  return { whole, merged, codes };
}

describe('parts of a real run, merged, are one run', () => {
  const clean = () => Promise.all(hosts.map((host) => lab.exec(host, 'rm -f /etc/shard*')));

  test.each([
    [['drift', ...SITE], 2],
    [[...SITE, '--dry-run'], 0],
    [[...SITE, '--dry-run', '--detailed-exitcode'], 2],
    [SITE, 0],
  ])('%j of new hosts', async (args, code) => {
    const { whole, merged } = await bothWays(args, clean);
    expect(merged.stderr).toBe('');
    expect(report({ ...merged, stdout: `\n\n${merged.stdout}` })).toBe(report(whole));
    expect([merged.code, whole.code]).toEqual([code, code]);
  });

  test('drift on one host, one that cannot be reached, one that fails', async () => {
    expect((await run(...SITE)).code).toBe(0);
    const [first, second, third] = hosts as readonly [LabHost, LabHost, LabHost];
    await lab.exec(first, 'echo three >>/etc/shard.txt');
    await lab.exec(third, 'rm /etc/shard.txt && mkdir /etc/shard.txt');
    await lab.exec(second, 'systemctl stop ssh.socket ssh.service');
    try {
      const { whole, merged, codes } = await bothWays(['drift', ...SITE]);
      expect(codes.toSorted()).toEqual([3, 4]);
      expect(report({ ...merged, stdout: `\n\n${merged.stdout}` })).toBe(report(whole));
      expect(merged.stdout).toContain('content differs: +0 −1 line');
      expect([merged.code, whole.code]).toEqual([3, 3]);
    } finally {
      await lab.exec(second, 'systemctl start ssh.service');
      await lab.exec(third, 'rmdir /etc/shard.txt');
    }
  });
});

test('every host is in one part, and the parts touch no other', async () => {
  const { files } = await inParts(...SITE);
  const { events } = await run('report', 'merge', '--json', ...files);
  const ended = events.filter(({ event }) => event === 'host-finished').map(({ host }) => host);
  expect(ended.toSorted()).toEqual(hosts.map(({ name }) => name).toSorted());
});

test('a part that was killed: its steps are unknown, its report says so', async () => {
  const part = (index: number) => {
    const slow = hosts.filter(({ name }) => shardOf(name, COUNT) === 2).map(({ name }) => name);
    const shard = `${index}/${COUNT}`;
    return ['-i', 'inventory.yml', 'slow.yml', '-e', JSON.stringify({ slow }), '--json', '--shard', shard];
  };
  const first = await run(...part(1));
  expect(first.code, first.stderr).toBe(0);
  writeFileSync(join(folder, 'part-1.jsonl'), first.stdout);
  const asleep = hosts.find(({ name }) => shardOf(name, COUNT) === 2)!;
  const killed = await provision(part(2), {
    cwd: folder,
    onSpawn: (pid) => void untilAsleep(asleep).then(() => process.kill(pid, 'SIGKILL')),
  });
  expect(killed.code).toBe(137);
  writeFileSync(join(folder, 'part-2.jsonl'), killed.stdout);
  const { code, stdout, stderr } = await run('report', 'merge', 'part-1.jsonl', 'part-2.jsonl');
  expect(code).toBe(130);
  expect(stderr).toMatch(/part-2\.jsonl:\d+:1: error: the stream breaks off without run-finished: 0 of/);
  expect(stdout).toContain('whether the change was made is not known');
  // A command goes on to its own limit when its run dies.
  const part2 = hosts.filter(({ name }) => shardOf(name, COUNT) === 2);
  await Promise.all(part2.map((host) => lab.exec(host, 'pkill -x sleep || killall sleep || true')));
});
