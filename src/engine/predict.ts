import {
  type Compared,
  compareInstance,
  type EvaluationContext,
  expandStep,
  type Instance,
  type Outcome,
} from './evaluate.ts';
import type { StepProblem } from './events.ts';
import type { HostProgram } from './host-program.ts';
import type { HostState } from './host-state.ts';
import type { Look } from './look.ts';
import { Overlay } from './overlay.ts';
import { keepResult } from './results.ts';
import { stepRef } from './step-report.ts';

/** One round of a step, as predicted. */
export interface PredictedStep {
  readonly instance: Instance;
  readonly outcome: Outcome<Compared>;
}

/** A whole host, as predicted: what the dry run shows and apply sets out to do. */
export interface Prediction {
  readonly steps: readonly PredictedStep[];
  /** Looks without an answer; while there are any the prediction is not complete. */
  readonly missing: ReadonlyMap<string, Look<unknown>>;
}

/**
 * Compares all steps of a host in order, each seeing the host as the steps before it will leave it. Pure: the
 * same state gives the same prediction. Registered results are predicted too, in a copy.
 */
export function predictHost(program: HostProgram, state: HostState): Prediction {
  const missing = new Map<string, Look<unknown>>();
  const overlay = new Overlay();
  const trial: HostState = {
    ...state,
    results: { ...state.results },
    unknownResults: { ...state.unknownResults },
  };
  const context: EvaluationContext = { program, state: trial, overlay, missing };
  const steps: PredictedStep[] = [];
  for (const section of program.sections) {
    for (const step of section.steps) {
      const expanded = expandStep(step, section, context);
      const rounds = expanded.kind === 'done' ? expanded.value : undefined;
      const predicted = rounds?.map((instance) => predictInstance(instance, context)) ?? [
        {
          instance: { step, section, scope: section.scope, ref: stepRef(step) },
          outcome: expanded as Outcome<never>,
        },
      ];
      steps.push(...predicted);
      keepResult(step, predicted, trial);
    }
  }
  return { steps, missing };
}

function predictInstance(instance: Instance, context: EvaluationContext): PredictedStep {
  const outcome = compareInstance(instance, context);
  if (outcome.kind === 'done') {
    const { changes, effects } = outcome.value.comparison;
    if (changes.length > 0) context.overlay.predict(effects);
    else context.overlay.state(effects);
  }
  return { instance, outcome };
}

/** The failures that stop a host: those that are not allowed by `ignore_errors`. */
export function failuresOf(prediction: Prediction): readonly { instance: Instance; problem: StepProblem }[] {
  return prediction.steps.flatMap(({ instance, outcome }) =>
    outcome.kind === 'failed' && !instance.step.ignoreErrors ? [{ instance, problem: outcome.problem }] : [],
  );
}
