import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { converge, goArguments, type Outcome, provision } from '../contestants/provision.ts';
import type { Fleet } from '../endpoints.ts';
import type { Contestant } from '../measure/contestant.ts';
import { median } from '../measure/statistics.ts';
import { resetHosts } from '../patient.ts';
import { areaOf } from '../profile/areas.ts';
import { type CpuProfile, type ModuleTime, timeByModule } from '../profile/cpu-profile.ts';
import { type Phases, phasesOf } from '../profile/phases.ts';
import type { Table } from '../report/results.ts';
import type { Part } from './part.ts';

const BUNDLE = fileURLToPath(new URL('../../dist/bundle/provision.cjs', import.meta.url));
/** Microseconds between samples. */
const INTERVAL = 200;
/** Modules with less than this part of the CPU are not named. */
const WORTH_NAMING = 0.02;

/** A situation that is profiled. */
interface Situation {
  readonly name: string;
  readonly fleet: Fleet;
  readonly outcome: Outcome;
  readonly rounds: number;
}

/** Where the time goes: phases by the run's own events, and the controller's CPU by module. */
export const profile: Part = {
  id: 'profile',
  title: 'Where the time goes',
  measure: async (bench) => {
    const one = bench.fleetOf('one', bench.fleet.endpoints.slice(0, 1));
    const all = bench.fleet.endpoints.length;
    await converge(bench, bench.fleet);
    const situations: readonly Situation[] = [
      { name: 'converged, 1 host', fleet: one, outcome: 'ok', rounds: bench.options.rounds },
      { name: `converged, ${all} hosts`, fleet: bench.fleet, outcome: 'ok', rounds: bench.options.rounds },
      { name: 'fresh, 1 host', fleet: one, outcome: 'changed', rounds: 1 },
    ];
    const phases: Phases[][] = [];
    const times: (readonly ModuleTime[])[] = [];
    for (const situation of situations) {
      phases.push(await timePhases(bench, situation));
      times.push(await profileCpu(bench, situation));
    }
    const names = situations.map(({ name }) => name);
    return {
      groups: [],
      tables: [
        phasesTable(names, phases),
        areasTable(names, times),
        ...names.slice(1).map((name, i) => modulesTable(name, times[i + 1]!)),
      ],
      notes: [
        'Phases are from the events of `--json`; of several hosts at once the one in the middle counts, and waiting for others that share the cores is in it. Acting is the average host’s.',
        'CPU is V8’s profile of the controller; what a module has Node and native code do counts for it. The profiler itself adds some.',
      ],
    };
  },
};

function commandFor(
  bench: Bench,
  { name, fleet, outcome }: Situation,
  ...more: readonly string[]
): Contestant {
  const command = provision(bench, name, goArguments(bench, fleet, 'apply', ...more), fleet, outcome);
  if (outcome !== 'changed') return command;
  const hosts = bench.hosts.slice(0, fleet.endpoints.length);
  return { ...command, before: () => resetHosts(bench.lab, hosts, bench.say) };
}

async function timePhases(bench: Bench, situation: Situation): Promise<Phases[]> {
  const found: Phases[] = [];
  for (let round = 0; round < situation.rounds; round += 1) {
    await bench.once({
      ...commandFor(bench, situation, '--json'),
      check: ({ stdout, began, cost }) => {
        found.push(phasesOf(stdout, began, began + cost.seconds * 1000));
      },
    });
  }
  return found;
}

async function profileCpu(bench: Bench, situation: Situation): Promise<readonly ModuleTime[]> {
  const directory = join(bench.directory, `cpu-${situation.name.replaceAll(/\W+/g, '-')}`);
  mkdirSync(directory);
  const command = commandFor(bench, situation);
  const [node, ...args] = typeof command.argv === 'function' ? command.argv(1) : command.argv;
  const flags = ['--cpu-prof', `--cpu-prof-dir=${directory}`, `--cpu-prof-interval=${INTERVAL}`];
  await bench.once({
    ...command,
    name: `${situation.name}, profiled`,
    argv: [node as string, ...flags, ...args],
  });
  const [file] = readdirSync(directory);
  if (file === undefined) throw new Error('Node wrote no profile');
  const text = readFileSync(join(directory, file), 'utf8');
  return timeByModule(JSON.parse(text) as CpuProfile, readFileSync(BUNDLE, 'latin1'));
}

function phasesTable(names: readonly string[], phases: readonly Phases[][]): Table {
  const rows = [...new Set(phases.flatMap((runs) => runs.flatMap((run) => [...run.keys()])))];
  const whole = rows.filter((row) => row.startsWith('whole') || row.startsWith('end'));
  const cell = (runs: readonly Phases[], row: string): string => {
    const found = runs.map((run) => run.get(row) ?? Number.NaN).filter(Number.isFinite);
    return found.length === 0 ? '–' : median(found).toFixed(0);
  };
  return {
    title: 'Phases, milliseconds',
    columns: ['phase', ...names],
    rows: [...rows.filter((row) => !whole.includes(row)), ...whole].map((row) => [
      row,
      ...phases.map((runs) => cell(runs, row)),
    ]),
  };
}

function areasTable(names: readonly string[], times: readonly (readonly ModuleTime[])[]): Table {
  const sums = times.map((modules) => {
    const areas = new Map<string, number>();
    for (const { module, milliseconds } of modules)
      areas.set(areaOf(module), (areas.get(areaOf(module)) ?? 0) + milliseconds);
    return areas;
  });
  const heaviest = (area: string): number => Math.max(...sums.map((areas) => areas.get(area) ?? 0));
  const areas = [...new Set(sums.flatMap((one) => [...one.keys()]))].sort(
    (a, b) => heaviest(b) - heaviest(a),
  );
  const totals = sums.map((one) => [...one.values()].reduce((sum, time) => sum + time, 0));
  return {
    title: 'CPU of the controller, milliseconds',
    columns: ['area', ...names],
    rows: [
      ...areas.map((area) => [area, ...sums.map((one, i) => share(one.get(area) ?? 0, totals[i] as number))]),
      ['all', ...totals.map((total) => total.toFixed(0))],
    ],
  };
}

function modulesTable(name: string, modules: readonly ModuleTime[]): Table {
  const total = modules.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const named = modules.filter(({ milliseconds }) => milliseconds >= total * WORTH_NAMING);
  return {
    title: `Modules from ${WORTH_NAMING * 100} % on, ${name}`,
    columns: ['module', 'milliseconds'],
    rows: named.map(({ module, milliseconds }) => [module, share(milliseconds, total)]),
  };
}

function share(milliseconds: number, total: number): string {
  return `${milliseconds.toFixed(0)} (${((milliseconds / total) * 100).toFixed(0)} %)`;
}
