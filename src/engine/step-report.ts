import type { Compared } from './compare-instance.ts';
import type { HiddenBecause, StepRef, StepReport } from './events.ts';
import type { Json } from './json.ts';
import type { Outcome } from './outcome.ts';
import type { PlaybookStep } from './playbook.ts';

/** A step as a whole, where its rounds are not known. */
export function stepRef(step: PlaybookStep): StepRef {
  const { file, range } = step.origin;
  return {
    id: step.id,
    kind: step.kind.name,
    name: String(step.name?.raw ?? step.kind.name),
    file,
    line: range.start.line,
    column: range.start.column,
  };
}

/** Why values of a step are not told; `secret`: its arguments hold one. */
export function hiddenBecause(step: PlaybookStep, secret: boolean): HiddenBecause | undefined {
  if (step.noLog === true) return 'no_log';
  return secret ? 'secret' : undefined;
}

function isSecret(outcome: Outcome<unknown>): boolean {
  if (outcome.kind === 'failed') return outcome.secret === true;
  return outcome.kind === 'done' && (outcome.value as Compared).secret;
}

/** The report of a step that has nothing to carry out. */
export function outcomeReport(
  step: PlaybookStep,
  ref: StepRef,
  outcome: Outcome<unknown>,
  duration: number,
): StepReport {
  const hidden = hiddenBecause(step, isSecret(outcome));
  const base = { step: ref, changes: [], duration, ...(hidden === undefined ? {} : { hidden }) };
  switch (outcome.kind) {
    case 'skipped':
      return { ...base, status: 'skipped', reason: outcome.reason };
    case 'deferred':
      return { ...base, status: 'deferred', reason: outcome.reason };
    case 'failed':
      return {
        ...base,
        status: 'failed',
        failure: outcome.problem,
        ...(outcome.output === undefined ? {} : { output: outcome.output }),
        ...(step.ignoreErrors ? { ignored: true } : {}),
      };
    case 'pending':
      return { ...base, status: 'failed', failure: { message: 'the host could not be observed completely' } };
    case 'done': {
      const { comparison } = outcome.value as Compared;
      const { changes, deferred, always, notes, output } = comparison;
      return {
        ...base,
        changes,
        status: changes.length > 0 ? 'changed' : deferred === undefined ? 'ok' : 'deferred',
        ...(deferred === undefined ? {} : { reason: deferred }),
        ...(always === true ? { always } : {}),
        ...(notes === undefined ? {} : { notes }),
        ...(output === undefined ? {} : { output }),
      };
    }
  }
}

/** What a round of a step leaves for `register`. */
export function resultOf(one: StepReport): Json {
  return {
    changed: one.status === 'changed',
    skipped: one.status === 'skipped',
    failed: one.status === 'failed',
    ...(one.failure === undefined ? {} : { message: one.failure.message }),
    ...one.output,
  };
}

/** The report of a step, or a round of its loop, that was not tried. */
export function unreached(ref: StepRef, reason: string): StepReport {
  return { step: ref, status: 'unreached', changes: [], reason, duration: 0 };
}
