import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError } from '../ssh/errors.ts';
import { type ActContext, act } from './act.ts';
import { compareInstance } from './compare-instance.ts';
import { toldProblem } from './conceal.ts';
import type { StepProblem, StepRef, StepReport } from './events.ts';
import { expandStep, type Instance } from './expand-step.ts';
import type { ProgramSection } from './host-program.ts';
import { failureOf } from './host-time.ts';
import { laterLooks } from './later-looks.ts';
import { seenBy } from './outcome.ts';
import { Overlay } from './overlay.ts';
import type { PlaybookStep } from './playbook.ts';
import { storeResult } from './results.ts';
import { settle } from './settle.ts';
import { outcomeReport, resultOf, stepRef, unreached } from './step-report.ts';
import { forget } from './touched.ts';

export interface ApplyContext extends ActContext {
  /** Aborted: what acts is finished, nothing else is begun and nothing more is looked at. */
  readonly signal: AbortSignal;
}

/**
 * Brings one host to the wanted state, step after step. Each step is compared with what is really there by
 * then, so that what was predicted only decides what to expect, never what to do. After a step has acted it
 * is observed again: a difference that is still there is a failure.
 */
export async function applyHost(context: ApplyContext): Promise<readonly StepReport[]> {
  const reports: StepReport[] = [];
  const overlay = new Overlay();
  let stopped: string | undefined;
  for (const section of context.program.sections) {
    for (const step of section.steps) {
      stopped ??= interruption(context);
      const stepReports =
        stopped === undefined
          ? await applyStep(step, section, overlay, context).catch((error: unknown) => [
              endedWhileLooking(stepRef(step), error, context),
            ])
          : [unreached(stepRef(step), stopped)];
      for (const one of stepReports) report(context, reports, one);
      if (stepReports.some(hasFailed)) stopped ??= 'an earlier step failed';
    }
  }
  return reports;
}

function interruption({ signal }: ApplyContext): string | undefined {
  return failureOf(signal)?.message;
}

/** A step that had not begun to act when the host's work had to end. */
function endedWhileLooking(ref: StepRef, error: unknown, { signal }: ApplyContext): StepReport {
  const failure = failureOf(signal);
  if (failure === undefined || !(error instanceof ConnectionError)) throw error;
  return unreached(ref, failure.message);
}

function hasFailed({ status, ignored }: StepReport): boolean {
  return status === 'failed' && ignored !== true;
}

function report(context: ApplyContext, reports: StepReport[], one: StepReport): void {
  reports.push(one);
  context.emit({ type: 'step-finished', host: context.program.host, report: one });
}

async function applyStep(
  step: PlaybookStep,
  section: ProgramSection,
  overlay: Overlay,
  context: ApplyContext,
): Promise<readonly StepReport[]> {
  const expanded = await settle(context, overlay, (evaluation) => expandStep(step, section, evaluation));
  if (expanded.kind !== 'done') return [outcomeReport(step, stepRef(step), expanded, 0)];
  const reports: StepReport[] = [];
  let stopped: string | undefined;
  for (const instance of expanded.value) {
    stopped ??= interruption(context);
    const one =
      stopped === undefined
        ? await applyInstance(instance, overlay, context)
        : unreached(instance.ref, stopped);
    reports.push(one);
    if (hasFailed(one)) stopped ??= 'an earlier round of its loop failed';
  }
  const secret = reports.some(({ hidden }) => hidden !== undefined);
  storeResult(step, reports.map(resultOf), secret, context.state);
  return reports;
}

/** Where it is not known what was done, or what was done had to be undone, trying again does no good. */
function isFinal({ unknown, lockout }: StepProblem): boolean {
  return unknown === true || lockout === true;
}

async function applyInstance(
  instance: Instance,
  overlay: Overlay,
  context: ApplyContext,
): Promise<StepReport> {
  const { step, ref } = instance;
  const started = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await settle(
      context,
      overlay,
      (evaluation) => compareInstance(instance, evaluation),
      () => laterLooks(instance, context.prediction, context.state),
    );
    const one =
      outcome.kind === 'done' && outcome.value.comparison.changes.length > 0
        ? await act(instance, outcome.value, overlay, context, started)
        : outcomeReport(step, ref, outcome, 0);
    if (outcome.kind === 'done') overlay.state(outcome.value.comparison.effects);
    if (one.status !== 'failed' || one.failure === undefined || isFinal(one.failure)) return one;
    if (attempt > step.retries || context.signal.aborted) return one;
    context.emit({
      type: 'step-retried',
      host: context.program.host,
      step: ref,
      attempt,
      problem: toldProblem(step, one.failure),
    });
    await sleep(step.delay * 1000, undefined, { signal: context.signal }).catch(() => {});
    if (context.signal.aborted) return one;
    forget(seenBy(outcome), context.state);
  }
}
