import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goTarball } from '../test/lab/go-tarball.ts';
import type { GoTarball, Lab, LabHost } from '../test/lab/index.ts';
import { type GoJob, goJob } from '../test/support/go-job.ts';
import { type Endpoint, type Fleet, writeFleet } from './endpoints.ts';
import { bundleFloor } from './floor/bundle-floor.ts';
import type { Contestant } from './measure/contestant.ts';
import { inTurns, type Measured, measureOnce } from './measure/turns.ts';
import type { BenchOptions } from './options.ts';
import type { Peers } from './peers/install.ts';

/** What all parts share. */
export interface Bench {
  readonly options: BenchOptions;
  readonly lab: Lab;
  readonly hosts: readonly LabHost[];
  /** All hosts, reached directly. */
  readonly fleet: Fleet;
  /** Files that the bench writes; removed at its end. */
  readonly directory: string;
  readonly go: GoTarball;
  /** The folder of playbooks/go.yml. */
  readonly job: GoJob;
  /** The floor's program. */
  readonly floor: string;
  /** Empty unless peers were asked for. */
  readonly peers: Peers;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Measures contestants in turns. */
  measure(contestants: readonly Contestant[]): Promise<readonly Measured[]>;
  /** Runs a contestant once, for what it does. */
  once(contestant: Contestant): Promise<void>;
  /** Files that lead to some hosts, directly or through a relay. `name` is unique. */
  fleetOf(name: string, endpoints: readonly Endpoint[]): Fleet;
  /** A script as root on each of some hosts, all at the same time, without a login. @throws Error when one fails. */
  onHosts(endpoints: readonly Endpoint[], script: string): Promise<void>;
}

/** Reads a script of bench/scripts. */
export function script(name: string): string {
  return readFileSync(fileURLToPath(new URL(`./scripts/${name}`, import.meta.url)), 'utf8');
}

/** A folder of the bench's own. */
export function benchDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'provision-bench-'));
}

export interface BenchParts
  extends Pick<Bench, 'options' | 'lab' | 'directory' | 'peers' | 'signal' | 'say'> {}

/** Boots the hosts and lays out what every part needs. */
export async function openBench(given: BenchParts): Promise<Bench> {
  const { options, lab, directory, signal, say } = given;
  const hosts = await lab.up(options.hosts);
  const go = await goTarball();
  const jobDirectory = join(directory, 'go');
  mkdirSync(jobDirectory);
  const turns = { rounds: options.rounds, signal, say };
  const { privateKey, knownHosts } = lab;
  const fleetOf: Bench['fleetOf'] = (name, endpoints) =>
    writeFleet({ directory, name, privateKey, knownHosts }, endpoints);
  return {
    ...given,
    hosts,
    go,
    fleet: fleetOf('all', hosts),
    job: await goJob(lab, jobDirectory),
    floor: await bundleFloor(directory),
    measure: (contestants) => inTurns(contestants, turns),
    once: async (contestant) => {
      await measureOnce(contestant, 1, turns);
    },
    fleetOf,
    onHosts: async (endpoints, text) => {
      const ran = await Promise.all(endpoints.map(({ name }) => lab.exec(name, text)));
      ran.forEach(({ code, stdout, stderr }, i) => {
        if (code !== 0)
          throw new Error(`${endpoints[i]?.name}: a check failed (${code}): ${stdout}${stderr}`);
      });
    },
  };
}
