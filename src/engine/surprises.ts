import { changeToJson } from './change.ts';
import { concealed } from './conceal.ts';
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
  const expected = byRound(predicted);
  return [...byRound(applied)].flatMap(([round, made]) => {
    const before = expected.get(round);
    if (before === undefined) return [];
    if (before.status === 'deferred' || made.status === 'unreached' || made.status === 'failed') return [];
    if (sameJson(before.changes.map(changeToJson), made.changes.map(changeToJson))) return [];
    return [{ step: made.step, predicted: concealed(before).changes, made: concealed(made).changes }];
  });
}

/**
 * By step, item, and which of its rounds with that item it is. Not by place in the list: a loop whose items were not
 * known beforehand has one report then and several afterwards.
 */
function byRound(reports: readonly StepReport[]): ReadonlyMap<string, StepReport> {
  const rounds = new Map<string, StepReport>();
  for (const report of reports) {
    const { id, item } = report.step;
    let key = '';
    for (let nth = 0; key === '' || rounds.has(key); nth += 1) key = JSON.stringify([id, item ?? null, nth]);
    rounds.set(key, report);
  }
  return rounds;
}
