/**
 * Measures whole commands side by side on a lab of real hosts, in turns, and prints medians and ratios:
 * `npm run bench -- [--hosts 20] [--rounds 5] [--fresh] [--ansible]`. Results go to bench/results/.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { quote } from '../src/shell/quote.ts';
import { goTarball } from '../test/lab/go-tarball.ts';
import { type LabHost, openLab } from '../test/lab/index.ts';
import { goJob } from '../test/support/go-job.ts';
import { bundleFloor } from './bundle-floor.ts';

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '5' },
    fresh: { type: 'boolean', default: false },
    ansible: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const here = fileURLToPath(new URL('.', import.meta.url));
const MAIN = join(here, '../dist/cli/main.js');

interface Contestant {
  readonly name: string;
  readonly argv: readonly string[];
  readonly rounds: number;
  /** Exit codes that count as done. */
  readonly codes?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  readonly before?: () => Promise<void>;
}

const lab = await openLab({ name: 'bench', say: (line) => console.error(line) });
try {
  await measure();
} finally {
  if (!values.keep) await lab.down();
}

async function measure(): Promise<void> {
  const hosts = await lab.up(Number(values.hosts));
  const job = await goJob(lab);
  const floor = await bundleFloor(job.directory);
  const floorHosts = join(job.directory, 'hosts.json');
  writeFileSync(floorHosts, JSON.stringify({ hosts, keyPath: lab.privateKey }));
  const looks = readFileSync(join(here, 'looks.sh'), 'utf8');
  const provision = (name: string, ...args: string[]): Contestant => ({
    name,
    argv: [process.execPath, MAIN, ...args, ...job.args],
    rounds: Number(values.rounds),
  });
  const bare = (name: string, command: string): Contestant => ({
    name,
    argv: [process.execPath, floor, floorHosts, command],
    rounds: Number(values.rounds),
  });
  const results: Measured[] = [];
  if (values.fresh) {
    const again = async () => lab.reset(...hosts);
    results.push(
      ...(await inTurns([{ ...provision('provision, fresh', 'apply'), rounds: 2, before: again }])),
    );
  }
  console.error('bringing the hosts to the wanted state');
  execute(provision('prepare', 'apply'));
  const contestants = [
    bare('ssh2: connect and true', 'true'),
    bare(
      'ssh2: connect and the looks by hand',
      `GO=${job.version} ARCHIVE=${job.archive} /bin/sh -c ${quote(looks)}`,
    ),
    provision('provision, converged', 'apply'),
    provision('provision, dry run', '--dry-run'),
    provision('provision, drift', 'drift'),
    { ...provision('provision, drift deep', 'drift', '--deep'), rounds: 3 },
  ];
  results.push(...(await inTurns(contestants)));
  // The peer writes some files in its own words, so it gets the hosts for itself, after the others.
  if (values.ansible) results.push(...(await inTurns(await ansible(job.directory, hosts))));
  publish(results, hosts.length);
}

async function ansible(directory: string, hosts: readonly LabHost[]): Promise<Contestant[]> {
  const { path, sha256, version } = await goTarball();
  const inventory = join(directory, 'ansible.yml');
  await lab.writeInventory(inventory);
  const vars = join(directory, 'ansible-vars.json');
  const deploy_keys = [readFileSync(`${lab.privateKey}.pub`, 'utf8').trim()];
  writeFileSync(
    vars,
    JSON.stringify({ go_archive: path, go_sha256: sha256, go_version: version, deploy_keys }),
  );
  const argv = ['ansible-playbook', '-i', inventory, '-e', `@${vars}`, join(here, 'ansible/go.yml')];
  const env = { ANSIBLE_CONFIG: join(here, 'ansible/ansible.cfg'), ANSIBLE_FORKS: String(hosts.length) };
  console.error('bringing the hosts to the state that Ansible wants');
  execute({ name: 'prepare', argv, env, rounds: 1 });
  return [{ name: 'ansible, tuned, converged', argv, env, rounds: 2 }];
}

interface Measured {
  readonly name: string;
  /** Seconds, sorted. */
  readonly times: readonly number[];
}

/** A B C A B C …, so that a machine whose speed drifts treats all alike. The first turn is not counted. */
async function inTurns(contestants: readonly Contestant[]): Promise<Measured[]> {
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  const most = Math.max(...contestants.map(({ rounds }) => rounds));
  for (let round = 0; round <= most; round += 1) {
    for (const contestant of contestants) {
      if (round > contestant.rounds || (round === 0 && contestant.rounds <= 2)) continue;
      await contestant.before?.();
      const seconds = execute(contestant);
      if (round > 0) times.get(contestant.name)?.push(seconds);
      console.error(`${contestant.name}: ${seconds.toFixed(2)} s`);
    }
  }
  return contestants.map(({ name }) => ({ name, times: [...(times.get(name) ?? [])].sort((a, b) => a - b) }));
}

function execute(contestant: Contestant): number {
  const [program, ...args] = contestant.argv;
  const started = performance.now();
  const ended = spawnSync(program as string, args, {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...contestant.env },
    maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - started) / 1000;
  if (!(contestant.codes ?? [0]).includes(ended.status ?? -1)) {
    throw new Error(
      `${contestant.name} ended with ${ended.status}:\n${ended.stdout.slice(-3000)}${ended.stderr.slice(-3000)}`,
    );
  }
  return seconds;
}

function publish(results: readonly Measured[], hosts: number): void {
  const [floor = Number.NaN, byHand = Number.NaN] = results
    .filter(({ name }) => name.startsWith('ssh2'))
    .map(({ times }) => median(times));
  const rows = results.map(({ name, times }) => {
    const [low = Number.NaN] = times;
    const high = times.at(-1) ?? Number.NaN;
    const middle = median(times);
    return `| ${name} | ${middle.toFixed(2)} | ${low.toFixed(2)}–${high.toFixed(2)} | ${times.length} | ${(middle / floor).toFixed(2)} | ${(middle / byHand).toFixed(2)} |`;
  });
  const text = [
    `${hosts} real Debian 12 hosts and the controller on one machine of ${cpus().length} cores; Node ${process.version}; playbooks/go.yml.`,
    '',
    '| command | median s | range s | runs | × connect and true | × looks by hand |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
  console.log(text);
  mkdirSync(join(here, 'results'), { recursive: true });
  writeFileSync(join(here, 'results/latest.md'), text);
  writeFileSync(join(here, 'results/latest.json'), `${JSON.stringify({ hosts, results }, null, 2)}\n`);
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
