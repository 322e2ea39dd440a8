import type { Compared } from './compare-instance.ts';
import type { RunMode, StepReport } from './events.ts';
import type { Outcome } from './outcome.ts';
import type { PlaybookStep } from './playbook.ts';
import { failuresOf, type Prediction } from './predict.ts';
import { outcomeReport } from './step-report.ts';

/** Whether anything is to be done, or can come of some step: otherwise apply would only compare the same again. */
export function acts(prediction: Prediction, mode: RunMode): boolean {
  if (mode !== 'apply' || failuresOf(prediction).length > 0) return false;
  return prediction.steps.some(({ instance: { step, ref }, outcome }) => {
    const { status } = outcomeReport(step, ref, outcome, 0);
    return status !== 'ok' && status !== 'skipped';
  });
}

/** The same of a prediction that lacks answers: whether what is known already is enough to say so. */
export function willAct(prediction: Prediction, mode: RunMode): boolean {
  if (mode !== 'apply' || failuresOf(prediction).length > 0) return false;
  return prediction.steps.some(({ outcome }) =>
    outcome.kind === 'pending'
      ? outcome.toAct === true
      : outcome.kind === 'done' && outcome.value.comparison.changes.length > 0,
  );
}

/** The file that is sent by the first thing that is going to be done, by what is known so far. */
export function fileToCome({
  steps,
}: Prediction): { readonly step: PlaybookStep; readonly size: number } | undefined {
  const first = steps.find(({ outcome }) => outcome.kind !== 'skipped' && !isConverged(outcome));
  const size = first?.outcome.kind === 'pending' ? first.outcome.toSend : undefined;
  return first === undefined || size === undefined ? undefined : { step: first.instance.step, size };
}

function isConverged(outcome: Outcome<Compared>): boolean {
  return outcome.kind === 'done' && outcome.value.comparison.changes.length === 0;
}

/**
 * The reports of a host that is not acted upon. When a step cannot succeed the host is left alone as a
 * whole, so nothing is listed as a change: the list is what apply would do, and apply would do nothing.
 */
export function predictedReports(prediction: Prediction): readonly StepReport[] {
  const refused = failuresOf(prediction).length > 0;
  return prediction.steps.map(({ instance, outcome, assumes }) => {
    const judged = outcomeReport(instance.step, instance.ref, outcome, 0);
    const told = judged.status === 'ok' || judged.status === 'changed';
    const plain = told && assumes.length > 0 ? { ...judged, assumes } : judged;
    if (!refused || plain.status !== 'changed') return plain;
    return { ...plain, status: 'unreached', changes: [], reason: 'another step cannot succeed on this host' };
  });
}
