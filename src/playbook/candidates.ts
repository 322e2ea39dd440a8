import { compareInstance, type EvaluationContext, expandStep } from '../engine/evaluate.ts';
import type { StepProblem } from '../engine/events.ts';
import { fetchLocal, type LocalAnswers } from '../engine/fetch.ts';
import { actingUser, type HostProgram, type ProgramSection } from '../engine/host-program.ts';
import { type HostState, newHostState } from '../engine/host-state.ts';
import type { Json } from '../engine/json.ts';
import type { Look } from '../engine/look.ts';
import { Overlay } from '../engine/overlay.ts';
import { storeKey } from '../engine/view.ts';
import { expandReferences } from '../expressions/check.ts';
import { factsNamed } from '../expressions/reference.ts';
import { unknownValue } from '../expressions/unknown-value.ts';
import { FACTS } from '../looks/facts/index.ts';
import { factLook } from '../looks/facts/look.ts';
import { referencesOf } from './check-variables.ts';
import type { PlaybookStep } from './model.ts';

/** Values that facts may have on some host. */
export type FactCandidate = Readonly<Record<string, Json>>;

/** What a step comes to on a host with these facts, as far as the controller alone can tell. */
export interface TriedStep {
  readonly facts: FactCandidate;
  /** `skipped`: its condition is false. `uncovered`: its arguments have no value for these facts. */
  readonly kind: 'fits' | 'skipped' | 'uncovered' | 'missing' | 'wrong';
  readonly problem?: StepProblem;
}

/** More combinations than this are not tried. */
const MAX_CANDIDATES = 200;
const FACT_UNKNOWN = 'facts are known only when the host has been asked';

/** Every combination of the facts that the step needs and that have few values; one empty one when it needs none. */
export function factCandidates(step: PlaybookStep, section: ProgramSection): readonly FactCandidate[] {
  let candidates: readonly FactCandidate[] = [{}];
  for (const name of factsOf(step, section)) {
    const values = FACTS.get(name)?.values;
    if (values === undefined || candidates.length * values.length > MAX_CANDIDATES) continue;
    candidates = candidates.flatMap((facts) => values.map((value) => ({ ...facts, [name]: value })));
  }
  return candidates;
}

function factsOf(step: PlaybookStep, section: ProgramSection): readonly string[] {
  const tables = step.vars === undefined ? section.variables : [step.vars, ...section.variables];
  return factsNamed(expandReferences(referencesOf(step), tables)).names;
}

export interface TryOptions {
  readonly facts: FactCandidate;
  /** Names of results that earlier steps leave. */
  readonly registered: readonly string[];
  readonly local: LocalAnswers;
}

/** Compares a step with a host of which nothing is known but some facts: only looks at the controller are answered. */
export async function tryStep(
  step: PlaybookStep,
  section: ProgramSection,
  program: HostProgram,
  { facts, registered, local }: TryOptions,
): Promise<TriedStep> {
  const state = stateWith(facts, step, section, program);
  for (const name of registered) state.unknownResults[name] = 'it is known only after its step has run';
  const asked = new Map<string, Look<unknown>>();
  for (;;) {
    const missing = new Map<string, Look<unknown>>();
    const tried = tryOnce(step, section, { program, state, overlay: new Overlay(), missing }, facts);
    const before = state.answers.size;
    for (const [key, look] of missing) if (look.where === 'controller') asked.set(key, look);
    await fetchLocal(missing, state, local);
    if (state.answers.size > before) continue;
    const absent = [...asked.keys()].some((key) => isAbsent(state.answers.get(key)));
    return tried.kind === 'wrong' && absent ? { ...tried, kind: 'missing' } : tried;
  }
}

function tryOnce(
  step: PlaybookStep,
  section: ProgramSection,
  context: EvaluationContext,
  facts: FactCandidate,
): TriedStep {
  const expanded = expandStep(step, section, context);
  if (expanded.kind === 'failed') return { facts, kind: 'uncovered', problem: expanded.problem };
  if (expanded.kind !== 'done') return { facts, kind: 'fits' };
  let skipped = 0;
  for (const instance of expanded.value) {
    const outcome = compareInstance(instance, context);
    if (outcome.kind === 'skipped') skipped += 1;
    if (outcome.kind !== 'failed') continue;
    const args = step.args.evaluate(instance.scope);
    const kind = args.ok || args.kind === 'unknown' ? 'wrong' : 'uncovered';
    return { facts, kind, problem: outcome.problem };
  }
  const all = skipped === expanded.value.length && skipped > 0;
  return { facts, kind: all ? 'skipped' : 'fits' };
}

function stateWith(
  facts: FactCandidate,
  step: PlaybookStep,
  section: ProgramSection,
  program: HostProgram,
): HostState {
  const state = newHostState(new Map(), false);
  for (const name of factsOf(step, section)) {
    const value = Object.hasOwn(facts, name) ? facts[name] : unknownValue(FACT_UNKNOWN);
    state.answers.set(storeKey(factLook(name), actingUser(program, step)), value);
  }
  return state;
}

/** Looks at the controller's files answer `exists: false` for a file that is not there. */
function isAbsent(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && (answer as { exists?: unknown }).exists === false;
}
