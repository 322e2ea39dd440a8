import type { StepReport } from './events.ts';
import { failuresOf, type Prediction } from './predict.ts';
import { outcomeReport } from './step-report.ts';

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
