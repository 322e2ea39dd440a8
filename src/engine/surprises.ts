import { changeToJson } from './change.ts';
import type { StepReport, Surprise } from './events.ts';
import { sameJson } from './json.ts';

/**
 * Where apply did not do what was predicted for it: something else changed the host in between, a command had
 * effects that no step declares, or a step kind predicts wrongly. Steps that were not reached, and those that
 * could not be predicted, are left out.
 */
export function surprisesOf(
  predicted: readonly StepReport[],
  applied: readonly StepReport[],
): readonly Surprise[] {
  return applied.flatMap((made, index) => {
    const before = predicted[index];
    if (before === undefined || before.step.id !== made.step.id) return [];
    if (before.status === 'deferred' || made.status === 'unreached' || made.status === 'failed') return [];
    if (sameJson(before.changes.map(changeToJson), made.changes.map(changeToJson))) return [];
    return [{ step: made.step, predicted: before.changes, made: made.changes }];
  });
}
