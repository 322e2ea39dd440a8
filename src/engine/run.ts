import { maskValue, tellHosts } from '../secrets/mask-value.ts';
import type { RunReport } from './events.ts';
import type { Fleet } from './fleet.ts';
import type { HostProgram } from './host-program.ts';
import { LocalAnswers } from './local-answers.ts';
import { LookAhead } from './look-ahead.ts';
import { type OfflineProblem, prepare } from './prepare.ts';
import { runHost } from './run-host.ts';
import type { RunOptions } from './run-options.ts';
import { SharedReports } from './shared-reports.ts';
import { thisRun } from './this-run.ts';
import { Turns } from './turns.ts';

export type RunResult =
  | { readonly kind: 'refused'; readonly problems: readonly OfflineProblem[] }
  | { readonly kind: 'done'; readonly report: RunReport };

/**
 * Brings the hosts to the wanted state, or says what that would change. Everything that can be found out
 * without a host is found first: when any host's steps cannot succeed, no host is touched at all.
 */
export async function run(given: RunOptions): Promise<RunResult> {
  // Before anything is shortened or laid out for people: of a secret that is cut in two a half would stay.
  const options: RunOptions = { ...given, emit: (event) => given.emit(maskValue(event)) };
  tellHosts(given.programs.map(({ host }) => host));
  const started = performance.now();
  const local = new LocalAnswers();
  const { problems, first } = await prepare(options.programs, options, local);
  if (problems.length > 0) return { kind: 'refused', problems };
  const { emit, mode } = options;
  emit({
    type: 'run-started',
    mode,
    hosts: options.programs.map(({ host }) => host),
    steps: options.programs.reduce((most, program) => Math.max(most, countSteps(program)), 0),
    ...(options.origin === undefined ? {} : { origin: options.origin }),
  });
  const runEnds = started + (options.limits?.run ?? Number.POSITIVE_INFINITY);
  const turns = new Turns({
    concurrency: options.concurrency,
    signal: options.signal,
    told: (change) => emit({ type: 'concurrency', ...change }),
  });
  const fleet: Fleet = {
    ...options,
    local,
    first,
    turns,
    ahead: new LookAhead(),
    holder: thisRun(),
    runEnds,
    shared: new SharedReports(),
  };
  const hosts = await Promise.all(
    options.programs.map((program) => turns.take(() => runHost(program, fleet))),
  );
  const report: RunReport = {
    mode,
    hosts,
    duration: performance.now() - started,
    interrupted: options.signal.aborted,
  };
  emit({ type: 'run-finished', report });
  return { kind: 'done', report: maskValue(report) };
}

function countSteps({ sections }: HostProgram): number {
  return sections.reduce((sum, { steps }) => sum + steps.length, 0);
}
