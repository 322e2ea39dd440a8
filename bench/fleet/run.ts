/**
 * Measures the controller on many simulated hosts: `npm run bench:fleet -- [--sizes 1000,10000] [--rounds 3]`. A real host
 * of the lab is recorded first, and the simulated ones answer as it did. Only the controller's own CPU and memory count;
 * the hosts are other processes, on the same cores. Results go to bench/results/.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openLab } from '../../test/lab/index.ts';
import { type GoJob, goJob } from '../../test/support/go-job.ts';
import { bundleFloor } from '../floor/bundle-floor.ts';
import type { Answers } from './answers.ts';
import { type Fairness, fairness } from './fairness.ts';
import { type SimulatedFleet, startFleet } from './fleet.ts';
import type { FloorHosts } from './floor.ts';
import { type Command, type Cost, measure } from './measure.ts';
import { type Profile, readProfile } from './profile.ts';
import { recordGo } from './record-go.ts';

const values = readOptions();
const sizes = values.sizes.split(',').map(Number);
const rounds = Number(values.rounds);
const here = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(here, '../dist/cli/main.js');
const MODULES = join(here, '../dist/cli/cli.js');
const directory = mkdtempSync(join(tmpdir(), 'provision-fleet-'));
const env = { XDG_CACHE_HOME: directory };

const { answers, job, privateKey } = await record();
const fleet = await startFleet({
  hosts: Math.max(...sizes),
  processes: Number(values.processes),
  answers,
  privateKey,
  directory,
});
try {
  publish(await measureAll(fleet));
} finally {
  fleet.stop();
  rmSync(directory, { recursive: true });
}

/** Ends the program where a word is not known. */
function readOptions() {
  try {
    return parseArgs({
      options: {
        sizes: { type: 'string', default: '1000,10000' },
        rounds: { type: 'string', default: '3' },
        concurrency: { type: 'string', default: '50' },
        processes: { type: 'string', default: '2' },
        profile: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}
usage: npm run bench:fleet -- [--sizes 1000,10000] [--rounds 3] [--concurrency 50] [--processes 2] [--profile]`);
    process.exit(2);
  }
}

async function record(): Promise<{ answers: Answers; job: GoJob; privateKey: string }> {
  const lab = await openLab({ name: 'bench-fleet', say: (line) => console.error(line) });
  try {
    const [host] = await lab.up(1);
    if (host === undefined) throw new Error('the lab has no host');
    const made = await goJob(lab);
    return { answers: await recordGo(lab, host, made), job: made, privateKey: lab.privateKey };
  } finally {
    await lab.down();
  }
}

interface Measured {
  readonly size: number;
  readonly floor: readonly Cost[];
  readonly provision: readonly Cost[];
  readonly onTerminal: Cost;
  readonly fairness: Fairness;
  readonly profile?: Profile;
}

async function measureAll(simulated: SimulatedFleet): Promise<readonly Measured[]> {
  const floor = await bundleFloor(directory, new URL('./floor.ts', import.meta.url));
  const measured: Measured[] = [];
  for (const size of sizes) {
    const floorHosts = join(directory, `floor-${size}.json`);
    const settings: FloorHosts = {
      hosts: simulated.hosts.slice(0, size),
      keyPath: privateKey,
      knownHosts: simulated.knownHosts,
      concurrency: Number(values.concurrency),
    };
    writeFileSync(floorHosts, JSON.stringify(settings));
    const args = ['-i', simulated.inventory(size), ...job.args.slice(2), '--dry-run'];
    args.push('--concurrency', values.concurrency);
    const run = (name: string, ...more: string[]): Command => ({
      name,
      argv: [process.execPath, MAIN, ...args, ...more],
      env,
    });
    // The first run remembers what was proven on each host; those that count know it, as in every night.
    await timed(run('provision, first'), size);
    const turns = { floor: [] as Cost[], provision: [] as Cost[] };
    for (let round = 0; round < rounds; round += 1) {
      const bare = { name: 'ssh2: connect and true', argv: [process.execPath, floor, floorHosts] };
      turns.floor.push(await timed(bare, size));
      turns.provision.push(await timed(run('provision, dry run'), size));
    }
    const onTerminal = await timed({ ...run('provision, on a terminal'), terminal: true }, size);
    const told = await timed(run('provision --json', '--json'), size);
    const profile = values.profile ? { profile: await profiled(args, size) } : {};
    measured.push({ size, ...turns, onTerminal, fairness: fairness(told.stdout), ...profile });
  }
  return measured;
}

/** Runs the modules by themselves, so that what is found has the names of files. */
async function profiled(args: readonly string[], size: number): Promise<Profile> {
  const profiles = join(directory, `profile-${size}`);
  const code = `const { runCli } = await import(${JSON.stringify(MODULES)}); await runCli(process.argv.slice(1)); process.exit();`;
  const node = [process.execPath, '--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-interval', '1000'];
  const argv = [...node, '--input-type=module', '--eval', code, '--', ...args];
  await timed({ name: 'profile', argv, env, terminal: true }, size);
  return readProfile(profiles);
}

async function timed(command: Command, size: number): Promise<Cost> {
  const cost = await measure(command, directory);
  const perHost = ((cost.cpu / size) * 1000).toFixed(2);
  console.error(
    `${size} hosts, ${command.name}: ${cost.seconds.toFixed(1)} s, CPU ${perHost} ms a host, ${cost.memory.toFixed(0)} MiB`,
  );
  return cost;
}

function publish(measured: readonly Measured[]): void {
  const rows = measured.flatMap(({ size, floor, provision, onTerminal }) => [
    row(size, 'ssh2: connect and true', floor),
    row(size, 'provision, dry run', provision),
    row(size, 'provision, dry run on a terminal', [onTerminal]),
  ]);
  const treated = measured.map(({ size, fairness: { observed, duration, login, longestPause } }) => {
    const list = ({ p50, p95, p99, max }: Fairness['duration']): string =>
      [p50, p95, p99, max].map((seconds) => seconds.toFixed(2)).join(' / ');
    return `| ${size} | ${observed} | ${list(login)} | ${list(duration)} | ${longestPause.toFixed(2)} |`;
  });
  const lines = [
    `Simulated hosts that answer as a recorded Debian 12 host does, and the controller, on one machine of ${cpus().length} cores; Node ${process.version}; playbooks/go.yml, --concurrency ${values.concurrency}.`,
    '',
    '| hosts | command | CPU ms a host, median | range | peak MiB | seconds, median | runs |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    `Time for ${sizes.at(-1)} hosts: ${linearity(measured).toFixed(2)} × that for ${sizes[0]}.`,
    '',
    '| hosts | observed | s to log in, p50 / p95 / p99 / max | s for a host, p50 / p95 / p99 / max | longest pause s |',
    '|---|---|---|---|---|',
    ...treated,
    '',
    ...measured.flatMap(({ size, profile }) => (profile === undefined ? [] : profileLines(size, profile))),
  ];
  console.log(lines.join('\n'));
  const results = join(here, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'fleet.md'), lines.join('\n'));
  writeFileSync(join(results, 'fleet.json'), `${JSON.stringify(measured.map(figures), null, 2)}\n`);
}

function figures({ size, floor, provision, onTerminal, fairness: treated }: Measured): object {
  const of = ({ seconds, cpu, memory }: Cost): object => ({ seconds, cpu, memory });
  return {
    size,
    floor: floor.map(of),
    provision: provision.map(of),
    onTerminal: of(onTerminal),
    fairness: treated,
  };
}

function profileLines(size: number, profile: Profile): readonly string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const own = profile.functions(400).filter(({ name }) => name.includes('dist/'));
  return [
    `Profile of ${size} hosts on a terminal: src/reports ${percent(profile.share(/\/dist\/reports\//))}, of it progress ${percent(profile.share(/\/dist\/reports\/progress\/|\/listr2\//))}.`,
    '',
    ...own.slice(0, 40).map(({ name, share }) => `- ${percent(share)} ${name}`),
    '',
  ];
}

function linearity(measured: readonly Measured[]): number {
  const seconds = measured.map(({ provision }) => median(provision.map((cost) => cost.seconds)));
  return (seconds.at(-1) ?? Number.NaN) / (seconds[0] ?? Number.NaN);
}

function row(size: number, name: string, costs: readonly Cost[]): string {
  const cpu = costs.map((cost) => (cost.cpu / size) * 1000).sort((a, b) => a - b);
  const range = `${cpu[0]?.toFixed(2)}–${cpu.at(-1)?.toFixed(2)}`;
  const memory = Math.max(...costs.map((cost) => cost.memory)).toFixed(0);
  const seconds = median(costs.map((cost) => cost.seconds)).toFixed(1);
  return `| ${size} | ${name} | ${median(cpu).toFixed(2)} | ${range} | ${memory} | ${seconds} | ${costs.length} |`;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
