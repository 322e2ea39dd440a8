import type { Instance } from './expand-step.ts';
import type { HostState } from './host-state.ts';
import type { HostLook, HostLooks } from './look.ts';
import { seenBy } from './outcome.ts';
import type { Prediction } from './predict.ts';

/**
 * Looks without an answer that are expected to be needed before something is changed again: asked along with others they
 * cost no trip of their own. No further, or the last of a thousand steps would be looked at a thousand times.
 *
 * @param instance the round of a step that is being carried out; the looks are those of the ones after it.
 */
export function laterLooks({ step, ref }: Instance, prediction: Prediction, state: HostState): HostLooks {
  const at = prediction.steps.findIndex(
    ({ instance: other }) => other.step === step && other.ref.item === ref.item,
  );
  const looks = new Map<string, HostLook<unknown>>();
  for (const { outcome } of prediction.steps.slice(at + 1)) {
    for (const [key, look] of seenBy(outcome)) if (!state.answers.has(key)) looks.set(key, look);
    if (outcome.kind === 'done' && outcome.value.comparison.changes.length > 0) break;
  }
  return looks;
}
