import { type Compared, compareInstance } from './compare-instance.ts';
import type { Effect } from './effect.ts';
import type { EvaluationContext } from './evaluation.ts';
import type { RunMode, StepProblem, StepRef } from './events.ts';
import { expandStep, type Instance } from './expand-step.ts';
import type { HostProgram } from './host-program.ts';
import type { HostState } from './host-state.ts';
import type { Look } from './look.ts';
import type { Outcome } from './outcome.ts';
import { Overlay } from './overlay.ts';
import { keepResult } from './results.ts';
import { stepRef } from './step-report.ts';

/** One round of a step, as predicted. */
export interface PredictedStep {
  readonly instance: Instance;
  readonly outcome: Outcome<Compared>;
  /** The earlier steps that may do anything: the outcome holds if they change nothing that it rests on. */
  readonly assumes: readonly StepRef[];
}

/** A whole host, as predicted: what the dry run shows and apply sets out to do. */
export interface Prediction {
  readonly steps: readonly PredictedStep[];
  /** Looks without an answer; while there are any the prediction is not complete. */
  readonly missing: ReadonlyMap<string, Look<unknown>>;
  /** The steps up to the first that lacks an answer; undefined when none does. */
  readonly settled?: Settled;
}

/** Steps from the first on that more answers do not change, and what they leave to those after them. */
interface Settled {
  readonly count: number;
  readonly steps: readonly PredictedStep[];
  readonly overlay: Overlay;
  readonly assumes: readonly StepRef[];
  readonly results: HostState['results'];
  readonly unknownResults: HostState['unknownResults'];
  readonly secretResults: HostState['secretResults'];
}

/**
 * Compares all steps of a host in order, each seeing the host as the steps before it will leave it. Pure: the
 * same state gives the same prediction. Registered results are predicted too, in a copy.
 *
 * @param mode in a drift check no command is going to run, so none changes anything.
 * @param before the prediction of a state that has gained nothing but answers since: what was settled is not compared
 * again.
 */
export function predictHost(
  program: HostProgram,
  state: HostState,
  mode: RunMode,
  before?: Prediction,
): Prediction {
  const missing = new Map<string, Look<unknown>>();
  const known = before?.settled;
  const overlay = known?.overlay.first(known.overlay.size) ?? new Overlay();
  const trial: HostState = {
    ...state,
    results: { ...(known?.results ?? state.results) },
    unknownResults: { ...(known?.unknownResults ?? state.unknownResults) },
    secretResults: new Set(known?.secretResults ?? state.secretResults),
  };
  const context: EvaluationContext = { program, state: trial, overlay, missing };
  const steps: PredictedStep[] = [...(known?.steps ?? [])];
  let assumes = known?.assumes ?? [];
  let settled: Settled | undefined;
  const expect = (instance: Instance, outcome: Outcome<Compared>): void => {
    const effects = pendingEffects(instance, outcome, mode);
    // A step of many rounds is one to take for granted.
    if (effects.some(({ type }) => type === 'anything') && assumes.at(-1)?.id !== instance.ref.id) {
      const { item: _, ...whole } = instance.ref;
      assumes = [...assumes, whole];
    }
    if (effects.length > 0) overlay.predict(effects);
    else if (outcome.kind === 'done') overlay.state(outcome.value.comparison.effects);
  };
  let number = 0;
  for (const section of program.sections) {
    for (const step of section.steps) {
      number += 1;
      if (number <= (known?.count ?? 0)) continue;
      const [effects, taken] = [overlay.size, assumes];
      const expanded = expandStep(step, section, context);
      const rounds = expanded.kind === 'done' ? expanded.value : undefined;
      const predicted: PredictedStep[] = [];
      for (const instance of rounds ?? []) {
        const outcome = unlessMended(compareInstance(instance, context), assumes);
        predicted.push({ instance, outcome, assumes });
        expect(instance, outcome);
      }
      if (rounds === undefined) {
        const instance = { step, section, scope: section.scope, ref: stepRef(step) };
        const outcome = expanded as Outcome<never>;
        predicted.push({ instance, outcome, assumes });
        expect(instance, outcome);
      }
      if (settled === undefined && predicted.some(({ outcome }) => outcome.kind === 'pending')) {
        settled = {
          count: number - 1,
          steps: [...steps],
          overlay: overlay.first(effects),
          assumes: taken,
          results: { ...trial.results },
          unknownResults: { ...trial.unknownResults },
          secretResults: new Set(trial.secretResults),
        };
      }
      steps.push(...predicted);
      keepResult(step, predicted, trial);
    }
  }
  return { steps, missing, ...(settled === undefined ? {} : { settled }) };
}

/** What is wrong on the host now, a command before it may set right: whether it does is known only at apply. */
function unlessMended(outcome: Outcome<Compared>, assumes: readonly StepRef[]): Outcome<Compared> {
  if (outcome.kind !== 'failed' || outcome.final === true || assumes.length === 0) return outcome;
  // It rests on nothing but variables and facts.
  if (outcome.seen?.size === 0) return outcome;
  const names = assumes.map(({ name, line }) => `"${name}" (line ${line})`).join(', ');
  return {
    kind: 'deferred',
    reason: `${outcome.problem.message}, unless that is changed before by ${names}`,
  };
}

/** What a step is going to do to the host, as far as it is known; nothing when it is as wanted. */
function pendingEffects(
  { step, ref }: Instance,
  outcome: Outcome<Compared>,
  mode: RunMode,
): readonly Effect[] {
  if (outcome.kind === 'deferred') {
    if (mode === 'drift' || step.kind.onlyAsks?.(step.args.raw) === true) return [];
    return [{ type: 'anything', reason: `the step "${ref.name}", of which more is known only at apply` }];
  }
  if (outcome.kind !== 'done') return [];
  const { changes, effects } = outcome.value.comparison;
  if (changes.length === 0) return [];
  const runs = effects.some(({ type }) => type === 'anything');
  return mode === 'drift' && runs ? [] : effects;
}

/** The failures that stop a host: those that are not allowed by `ignore_errors`. */
export function failuresOf(prediction: Prediction): readonly { instance: Instance; problem: StepProblem }[] {
  return prediction.steps.flatMap(({ instance, outcome }) =>
    outcome.kind === 'failed' && !instance.step.ignoreErrors ? [{ instance, problem: outcome.problem }] : [],
  );
}
