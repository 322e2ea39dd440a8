import type { PlaybookStep } from '../engine/playbook.ts';
import type { Registered } from './result-members.ts';

/** What to say of a name that some step registers, but not in time. */
export type MissingResults = (name: string, registered: Registered) => string | undefined;

/** @param all the steps of a run, each with those of its section that the chosen tags leave in. */
export function missingResults(
  all: readonly { readonly step: PlaybookStep; readonly steps: readonly PlaybookStep[] }[],
): MissingResults {
  return (name) => {
    if (name === 'item') return 'there is an `item` only in a step with `loop`';
    const found = all.find(({ step }) => step.register === name);
    if (found === undefined) return undefined;
    const { step, steps } = found;
    const place = `${step.origin.file}:${step.origin.range.start.line}`;
    if (!steps.some(({ id }) => id === step.id)) {
      return `the step at ${place} registers it, but the chosen tags leave that step out`;
    }
    return `the step at ${place} registers it, later than it is used here`;
  };
}
