import type { Compared } from './compare-instance.ts';
import type { RunMode } from './events.ts';
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
