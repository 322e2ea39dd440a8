import type { HostReport, RunReport, StepReport } from '../engine/events.ts';

/** What a run came to, counted once for the exit code, the totals and every display. */
export interface Outcome {
  readonly hosts: number;
  /** Hosts with nothing to change. */
  readonly ok: number;
  /** Hosts that were changed, would be, or have drifted, and had no trouble. */
  readonly changed: number;
  readonly failed: number;
  readonly unreachable: number;
  /** Hosts (among the failed ones) whose work was ended by a bug of ours. */
  readonly bugs: number;
  /** Over all hosts. */
  readonly changes: number;
  /** Steps that could not be judged, over all hosts: known only at apply, or run every time. */
  readonly unchecked: number;
  /** Steps whose condition is false, over all hosts. */
  readonly skipped: number;
  /** Steps that were not tried, because another one failed or the run was interrupted, over all hosts. */
  readonly unreached: number;
}

/**
 * Whether a step's changes count. For drift a command that runs on every apply says nothing: it would be
 * "changed" every night.
 */
export function countsFor(mode: RunReport['mode']): (step: StepReport) => boolean {
  return mode === 'drift' ? ({ always }) => always !== true : () => true;
}

export function outcomeOf({ mode, hosts }: RunReport): Outcome {
  const counts = countsFor(mode);
  const outcome = {
    hosts: hosts.length,
    ok: 0,
    changed: 0,
    failed: 0,
    unreachable: 0,
    bugs: 0,
    changes: 0,
    unchecked: 0,
    skipped: 0,
    unreached: 0,
  };
  for (const host of hosts) {
    const changes = changesOf(host, counts);
    outcome.changes += changes;
    if (host.bug !== undefined) outcome.bugs += 1;
    outcome[endOf(host, changes)] += 1;
    outcome.skipped += host.steps.filter(({ status }) => status === 'skipped').length;
    outcome.unreached += host.steps.filter(({ status }) => status === 'unreached').length;
    outcome.unchecked += host.steps.filter(
      (step) => step.status === 'deferred' || (mode === 'drift' && step.always === true),
    ).length;
  }
  return outcome;
}

/** Changes made (or that would be made) on a host; what a failed step meant to do is not among them. */
export function changesOf(host: HostReport, counts: (step: StepReport) => boolean): number {
  return host.steps.reduce(
    (sum, step) => sum + (step.status === 'changed' && counts(step) ? step.changes.length : 0),
    0,
  );
}

/** Whether nothing is wrong with a host but that the run ended before it was done. */
export function isUnfinished({ status, connection }: HostReport): boolean {
  return (
    status === 'unreachable' && (connection?.kind === 'interrupted' || connection?.kind === 'time-limit')
  );
}

function endOf(host: HostReport, changes: number): 'ok' | 'changed' | 'failed' | 'unreachable' {
  if (host.status === 'failed' || host.status === 'unreachable') return host.status;
  return changes > 0 ? 'changed' : 'ok';
}
