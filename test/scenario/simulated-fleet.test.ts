import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answers } from '../../bench/fleet/answers.ts';
import { type SimulatedFleet, startFleet } from '../../bench/fleet/fleet.ts';
import { recordGo } from '../../bench/fleet/record-go.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliResult, provision } from '../support/cli.ts';
import { type GoJob, goJob } from '../support/go-job.ts';
import { labName } from '../support/lab-name.ts';

let lab: Lab;
let real: LabHost;
let job: GoJob;
let answers: Answers;
let fleet: SimulatedFleet;
const THOUSAND = 1000;
const directory = mkdtempSync(join(tmpdir(), 'simulated-'));
const env = { XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), 'cache-')) };

beforeAll(async () => {
  lab = await openLab({ name: labName('simulated') });
  [real] = (await lab.up(1)) as [LabHost];
  job = await goJob(lab);
  answers = await recordGo(lab, real, job);
  fleet = await startFleet({ hosts: THOUSAND, processes: 2, answers, privateKey: lab.privateKey, directory });
});
afterAll(async () => {
  fleet?.stop();
  await lab?.down();
  for (const one of [directory, env.XDG_CACHE_HOME, job?.directory ?? []].flat())
    rmSync(one, { recursive: true });
});

/** Every step of every host, without the times. */
function told({ events }: CliResult): Readonly<Record<string, readonly unknown[]>> {
  const steps: Record<string, unknown[]> = {};
  for (const { event, host, step, status, changes } of events) {
    if (event !== 'step-finished' || host === undefined) continue;
    steps[host] ??= [];
    steps[host].push({ step, status, changes });
  }
  return steps;
}

test('simulated hosts answer as the real one that was recorded, also when it is remembered', async () => {
  const args = [...job.args.slice(2), '--dry-run', '--detailed-exitcode', '--json'];
  const onReal = await provision(['-i', job.inventory, ...args], { env });
  expect(onReal.code, onReal.stderr).toBe(0);
  const expected = told(onReal)[real.name];
  expect(expected?.length).toBeGreaterThan(10);
  for (const round of ['first', 'second']) {
    const simulated = await provision(['-i', fleet.inventory(6), ...args], { env });
    expect(simulated.code, `${round}: ${simulated.stdout}${simulated.stderr}`).toBe(0);
    expect(told(simulated)).toEqual(
      Object.fromEntries(fleet.hosts.slice(0, 6).map(({ name }) => [name, expected])),
    );
  }
});

test('what was not recorded is no answer', async () => {
  const { code, events } = await provision(['facts', '-i', fleet.inventory(1), 'distribution', '--json'], {
    env,
  });
  expect(code).toBe(4);
  expect(JSON.stringify(events)).toContain('no answer is recorded');
});

test('the keys of the hosts are checked', async () => {
  const { code, stdout } = await provision(
    ['-i', fleet.inventory(1), ...job.args.slice(2), '--dry-run', '--known-hosts', lab.knownHosts],
    { env },
  );
  expect(code).toBe(4);
  expect(stdout).toContain('is not a known host');
});

describe('a thousand hosts, where few files may be opened', () => {
  const dryRun = (...args: readonly string[]) =>
    provision(['-i', fleet.inventory(THOUSAND), ...job.args.slice(2), '--dry-run', '--json', ...args], {
      env,
      openFiles: 128,
    });

  test('are all reached, with no more at the same time than there is room for', async () => {
    const { code, events, stderr } = await dryRun();
    expect(code, stderr).toBe(0);
    const ends = events.filter(({ event, status }) => event === 'host-finished' && status !== 'unreachable');
    expect(ends).toHaveLength(THOUSAND);
    const limits = events.filter(({ event }) => event === 'concurrency').map(({ limit }) => Number(limit));
    expect(limits.length).toBeGreaterThan(0);
    expect(Math.max(...limits)).toBeLessThan(20);
  });

  test('a number that is given and cannot be is told before anything begins', async () => {
    const { stderr, events } = await dryRun('--concurrency', '500', '--limit', 'fleet[0:199]');
    expect(stderr).toMatch(/^warning: --concurrency 500: .* 128 files at once \(ulimit -n\).*\n/);
    const ends = events.filter(({ event }) => event === 'host-finished');
    expect(ends).toHaveLength(200);
    // And so it comes.
    expect(ends.some(({ failure }) => JSON.stringify(failure ?? '').includes('(EMFILE)'))).toBe(true);
  });
});
