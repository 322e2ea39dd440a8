import { median } from '../measure/statistics.ts';

/** A line of `provision --json`, as far as phases need it. */
interface RunEvent {
  readonly event: string;
  /** ISO 8601. */
  readonly time: string;
  readonly host?: string;
  readonly step?: { readonly kind: string };
  readonly durationMs?: number;
}

/** Milliseconds of each phase of one run, in the order in which they come. */
export type Phases = ReadonlyMap<string, number>;

/**
 * Takes a run apart by its events. Of phases that every host goes through it is the host in the middle that counts.
 *
 * @param lines what `provision --json` printed.
 * @param started, ended when the process did, in milliseconds of the wall clock.
 */
export function phasesOf(lines: string, started: number, ended: number): Phases {
  const events = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
  const at = (name: string): number => timeOf(events.find(({ event }) => event === name));
  const hosts = [...new Set(events.flatMap(({ host }) => (host === undefined ? [] : [host])))];
  const between = (from: string, to: string): number => {
    const of = (name: string, host: string): number =>
      timeOf(events.find((one) => one.event === name && one.host === host));
    const times = hosts.map((host) => of(to, host) - of(from, host)).filter(Number.isFinite);
    return times.length === 0 ? Number.NaN : median(times);
  };
  return new Map([
    ['start: load, check, compile', at('run-started') - started],
    ['connect and log in', between('host-started', 'host-connected')],
    ['observe and compare', between('host-connected', 'host-observed')],
    ...stepPhases(events, hosts.length),
    ['end of a host', between('host-observed', 'host-finished') - stepTime(events, hosts.length)],
    ['end of the run: report, exit', ended - at('run-finished')],
    ['whole process', ended - started],
  ]);
}

/** What acting took, by kind of step, on an average host. */
function stepPhases(events: readonly RunEvent[], hosts: number): readonly (readonly [string, number])[] {
  const times = new Map<string, number>();
  for (const { event, step, durationMs = 0 } of events) {
    if (event !== 'step-finished' || step === undefined || durationMs === 0) continue;
    times.set(`apply: ${step.kind}`, (times.get(`apply: ${step.kind}`) ?? 0) + durationMs / hosts);
  }
  return [...times];
}

function stepTime(events: readonly RunEvent[], hosts: number): number {
  return stepPhases(events, hosts).reduce((sum, [, time]) => sum + time, 0);
}

function timeOf(event: RunEvent | undefined): number {
  return event === undefined ? Number.NaN : Date.parse(event.time);
}
