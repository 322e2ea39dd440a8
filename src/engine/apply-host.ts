import { setTimeout as sleep } from 'node:timers/promises';
import type { PlaybookStep } from '../playbook/model.ts';
import { ConnectionError } from '../ssh/errors.ts';
import type { HostSession } from '../ssh/host-session.ts';
import { changeToJson } from './change.ts';
import {
  type Compared,
  compareInstance,
  type EvaluationContext,
  expandStep,
  type Instance,
  type Outcome,
  type Seen,
} from './evaluate.ts';
import type { Listener, StepProblem, StepReport } from './events.ts';
import { fetchFromHost, fetchLocal, type LocalAnswers } from './fetch.ts';
import { actingUser, type HostProgram, type ProgramSection } from './host-program.ts';
import type { HostState } from './host-state.ts';
import type { Json } from './json.ts';
import type { HostLook, Look } from './look.ts';
import { Overlay } from './overlay.ts';
import { perform } from './perform.ts';
import type { Prediction } from './predict.ts';
import { storeResult } from './results.ts';
import { forget, touchedLooks, touches } from './touched.ts';

/** Seconds by which the controller waits longer than the host lets a command run, to hear what became of it. */
const GRACE = 15;

export interface ApplyContext {
  readonly program: HostProgram;
  readonly state: HostState;
  readonly session: HostSession;
  readonly local: LocalAnswers;
  readonly emit: Listener;
  readonly prediction: Prediction;
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
      if (stopped === undefined && context.signal.aborted) stopped = 'the run was interrupted';
      if (stopped !== undefined) {
        report(context, reports, unreached(step, section, stopped));
        continue;
      }
      const stepReports = await applyStep(step, section, overlay, context);
      for (const one of stepReports) report(context, reports, one);
      const failed = stepReports.find((one) => one.status === 'failed' && one.ignored !== true);
      if (failed !== undefined) stopped = 'an earlier step failed';
    }
  }
  return reports;
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
  if (expanded.kind !== 'done') return [outcomeReport(step, unreached(step, section, '').step, expanded, 0)];
  const reports: StepReport[] = [];
  for (const instance of expanded.value) {
    const one = await applyInstance(instance, overlay, context);
    reports.push(one);
    if (one.status === 'failed' && one.ignored !== true) break;
  }
  storeResult(step, reports.map(resultOf), context.state);
  return reports;
}

async function applyInstance(
  instance: Instance,
  overlay: Overlay,
  context: ApplyContext,
): Promise<StepReport> {
  const { step, ref } = instance;
  const started = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await settle(context, overlay, (evaluation) => compareInstance(instance, evaluation));
    const one =
      outcome.kind === 'done' && outcome.value.comparison.changes.length > 0
        ? await act(instance, outcome.value, overlay, context, started)
        : outcomeReport(step, ref, outcome, 0);
    if (outcome.kind === 'done') overlay.state(outcome.value.comparison.effects);
    if (one.status !== 'failed' || one.failure === undefined || one.failure.unknown === true) return one;
    if (attempt > step.retries || context.signal.aborted) return one;
    context.emit({
      type: 'step-retried',
      host: context.program.host,
      step: ref,
      attempt,
      problem: one.failure,
    });
    await sleep(step.delay * 1000, undefined, { signal: context.signal }).catch(() => {});
    if (context.signal.aborted) return one;
    forget(seenBy(outcome), context.state);
  }
}

function seenBy(outcome: Outcome<Compared>): Seen {
  if (outcome.kind === 'done') return outcome.value.seen;
  return (outcome.kind === 'failed' ? outcome.seen : undefined) ?? new Map();
}

/** Carries out the changes of one round of a step, and proves that they are there. */
async function act(
  instance: Instance,
  compared: Compared,
  overlay: Overlay,
  context: ApplyContext,
  started: number,
): Promise<StepReport> {
  const { step, ref } = instance;
  const { comparison, seen } = compared;
  const { program, state, session, emit } = context;
  const base = {
    step: ref,
    changes: comparison.changes,
    ...(comparison.always === true ? { always: true } : {}),
  };
  const finished = (rest: Partial<StepReport>): StepReport => ({
    ...base,
    status: 'changed',
    ...(comparison.notes === undefined ? {} : { notes: comparison.notes }),
    ...rest,
    duration: performance.now() - started,
  });
  const broke = (problem: StepProblem): StepReport =>
    finished({
      status: 'failed',
      failure: problem,
      // What is not known is never fine, whatever the playbook says of errors.
      ...(step.ignoreErrors && problem.unknown !== true ? { ignored: true } : {}),
    });
  try {
    const actions = comparison.actions();
    emit({ type: 'step-started', host: program.host, step: ref, action: actions[0]?.title ?? ref.name });
    const touched = touchedLooks(comparison.effects, state);
    const lookAgain = new Map<string, HostLook<unknown>>(seen);
    for (const [key, look] of laterLooks(instance, context.prediction)) {
      const renewed = state.answers.has(key) ? touched.has(key) : touches(comparison.effects, look);
      if (renewed) lookAgain.set(key, look);
    }
    forget(touched, state);
    forget(lookAgain, state);
    const performed = await perform(
      actions,
      actingUser(program, step),
      lookAgain,
      state,
      session,
      (step.timeout + GRACE) * 1000,
      (sent, total) => emit({ type: 'transfer', host: program.host, step: ref, sent, total }),
    );
    const output = { ...performed.output };
    if (performed.problem !== undefined) return { ...broke(performed.problem), output };
    if (comparison.always === true) return finished({ output });
    const after = await settle(context, overlay, (evaluation) => compareInstance(instance, evaluation));
    const still = remaining(after);
    return still === undefined ? finished({ output }) : { ...broke(still), output };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const { message, hint } = error.failure;
    return broke({
      message: `${message}; whether the change was made is not known`,
      hint: hint ?? 'run again: the host is observed anew, and what is missing is done',
      unknown: true,
    });
  }
}

/** What a second look found still to be wrong. */
function remaining(after: Outcome<Compared>): StepProblem | undefined {
  if (after.kind === 'failed')
    return { ...after.problem, message: `after applying: ${after.problem.message}` };
  if (after.kind !== 'done') return { message: 'the result could not be observed' };
  const { changes } = after.value.comparison;
  if (changes.length === 0) return undefined;
  const first = changes.slice(0, 3).map((change) => {
    const { resource, target, attribute, before } = changeToJson(change) as Record<string, Json>;
    return `${resource} ${target}${attribute === undefined ? '' : ` ${attribute}`}${before === undefined ? '' : ` is ${JSON.stringify(before)}`}`;
  });
  return {
    message: `the step was carried out, but the host still differs: ${first.join('; ')}`,
    hint: 'something on the host changes it back, or another step of the playbook wants it otherwise',
  };
}

/** Looks that later steps are expected to need, so that they can be renewed in the same trip. */
function laterLooks(instance: Instance, prediction: Prediction): Map<string, HostLook<unknown>> {
  const at = prediction.steps.findIndex(({ instance: other }) => other.step === instance.step);
  const looks = new Map<string, HostLook<unknown>>();
  for (const { outcome } of prediction.steps.slice(at + 1)) {
    for (const [key, look] of seenBy(outcome)) looks.set(key, look);
  }
  return looks;
}

/** Evaluates until nothing is missing any more, fetching in between. */
export async function settle<Value>(
  context: Pick<ApplyContext, 'program' | 'state' | 'session' | 'local'>,
  overlay: Overlay,
  evaluate: (evaluation: EvaluationContext) => Outcome<Value>,
): Promise<Outcome<Value>> {
  for (;;) {
    const missing = new Map<string, Look<unknown>>();
    const outcome = evaluate({ program: context.program, state: context.state, overlay, missing });
    if (outcome.kind !== 'pending') return outcome;
    const before = context.state.answers.size;
    const forHost = await fetchLocal(missing, context.state, context.local);
    // What the controller has just answered may lead to more looks: they go along in the same trip.
    if (context.state.answers.size > before) continue;
    if (forHost.size > 0) await fetchFromHost(forHost, context.state, context.session);
  }
}

/** The report of a step that has nothing to carry out. */
export function outcomeReport(
  step: PlaybookStep,
  ref: StepReport['step'],
  outcome: Outcome<unknown>,
  duration: number,
): StepReport {
  const base = { step: ref, changes: [], duration };
  switch (outcome.kind) {
    case 'skipped':
      return { ...base, status: 'skipped', reason: outcome.reason };
    case 'deferred':
      return { ...base, status: 'deferred', reason: outcome.reason };
    case 'failed':
      return {
        ...base,
        status: 'failed',
        failure: outcome.problem,
        ...(step.ignoreErrors ? { ignored: true } : {}),
      };
    case 'pending':
      return { ...base, status: 'failed', failure: { message: 'the host could not be observed completely' } };
    case 'done': {
      const { comparison } = outcome.value as Compared;
      const { changes, deferred, always, notes, output } = comparison;
      return {
        ...base,
        changes,
        status: changes.length > 0 ? 'changed' : deferred === undefined ? 'ok' : 'deferred',
        ...(deferred === undefined ? {} : { reason: deferred }),
        ...(always === true ? { always } : {}),
        ...(notes === undefined ? {} : { notes }),
        ...(output === undefined ? {} : { output }),
      };
    }
  }
}

function resultOf(one: StepReport): Json {
  return {
    changed: one.status === 'changed',
    skipped: one.status === 'skipped',
    failed: one.status === 'failed',
    ...(one.failure === undefined ? {} : { message: one.failure.message }),
    ...one.output,
  };
}

function unreached(step: PlaybookStep, _section: ProgramSection, reason: string): StepReport {
  const { file, range } = step.origin;
  return {
    step: {
      id: step.id,
      kind: step.kind.name,
      name: String(step.name?.raw ?? step.kind.name),
      file,
      line: range.start.line,
      column: range.start.column,
    },
    status: 'unreached',
    changes: [],
    reason,
    duration: 0,
  };
}
