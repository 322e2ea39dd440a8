import { compareInstance } from '../engine/compare-instance.ts';
import type { EvaluationContext } from '../engine/evaluation.ts';
import type { StepProblem } from '../engine/events.ts';
import { expandStep } from '../engine/expand-step.ts';
import { fetchLocal } from '../engine/fetch.ts';
import { actingUser, type HostProgram, type ProgramSection } from '../engine/host-program.ts';
import { type HostState, newHostState } from '../engine/host-state.ts';
import type { Json } from '../engine/json.ts';
import type { LocalAnswers } from '../engine/local-answers.ts';
import type { Look } from '../engine/look.ts';
import { Overlay } from '../engine/overlay.ts';
import type { PlaybookStep } from '../engine/playbook.ts';
import { secretInProcessList } from '../engine/process-list.ts';
import { variablesOf, withVariablesOf } from '../engine/step-variables.ts';
import { storeKey } from '../engine/store-key.ts';
import { expandReferences } from '../expressions/check.ts';
import { factsNamed } from '../expressions/reference.ts';
import type { EvaluationResult, ValueFailure } from '../expressions/result.ts';
import type { Scope } from '../expressions/scope.ts';
import { unknownValue } from '../expressions/unknown-value.ts';
import { FACTS } from '../looks/facts/index.ts';
import { factLook } from '../looks/facts/look.ts';
import { referencesOf } from './step-references.ts';

/** Values that facts may have on some host. */
export type FactCandidate = Readonly<Record<string, Json>>;

/** What a step comes to on a host with these facts, as far as the controller alone can tell. */
export interface TriedStep {
  readonly facts: FactCandidate;
  /** `skipped`: its condition is false. `uncovered`: its arguments have no value for these facts. */
  readonly kind: 'fits' | 'skipped' | 'uncovered' | 'missing' | 'wrong';
  readonly problem?: StepProblem;
  /** Where the text stands that has no value. */
  readonly place?: Pick<ValueFailure, 'range' | 'source'>;
  /** The comparison looked at files of the controller. */
  readonly asksController: boolean;
}

/** More combinations than this are not tried. */
const MAX_CANDIDATES = 200;
const RESULT_UNKNOWN = 'it is known only after its step has run';
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
  const tables = variablesOf(step, section);
  return factsNamed(expandReferences(referencesOf(step, section.play), tables)).names;
}

export interface TryOptions {
  readonly facts: FactCandidate;
  /** Names of results that earlier steps leave. */
  readonly registered: Iterable<string>;
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
  for (const name of registered) state.unknownResults[name] = RESULT_UNKNOWN;
  const asked = new Map<string, Look<unknown>>();
  for (;;) {
    const missing = new Map<string, Look<unknown>>();
    const tried = tryOnce(step, section, { program, state, overlay: new Overlay(), missing, anyUser: true });
    const before = state.answers.size;
    for (const [key, look] of missing) if (look.where === 'controller') asked.set(key, look);
    await fetchLocal(missing, state, local);
    if (state.answers.size > before) continue;
    const absent = [...asked.keys()].some((key) => isAbsent(state.answers.get(key)));
    const kind = tried.kind === 'wrong' && absent ? 'missing' : tried.kind;
    return { facts, ...tried, kind, asksController: asked.size > 0 };
  }
}

function tryOnce(
  step: PlaybookStep,
  section: ProgramSection,
  context: EvaluationContext,
): Pick<TriedStep, 'kind' | 'problem' | 'place'> {
  const expanded = expandStep(step, section, context);
  if (expanded.kind === 'failed') return { kind: 'uncovered', problem: expanded.problem };
  if (expanded.kind !== 'done') return { kind: 'fits' };
  let skipped = 0;
  for (const instance of expanded.value) {
    const outcome = compareInstance(instance, context);
    if (outcome.kind === 'skipped') skipped += 1;
    if (outcome.kind !== 'failed') continue;
    const args = step.args.evaluate(instance.scope);
    if (args.ok || args.kind === 'unknown')
      return { kind: 'wrong', problem: outcome.problem, ...conditionPlace(step, instance.scope) };
    return { kind: 'uncovered', problem: outcome.problem, place: args };
  }
  return { kind: skipped > 0 && skipped === expanded.value.length ? 'skipped' : 'fits' };
}

/** Where a condition stands that is neither true nor false. */
function conditionPlace({ when }: PlaybookStep, scope: Scope): Pick<TriedStep, 'place'> {
  const wrong = when.find((condition) => {
    const holds = condition.evaluate(scope);
    return holds.ok && typeof holds.value !== 'boolean';
  });
  return wrong?.place === undefined ? {} : { place: wrong.place };
}

/** What is not known before any host is asked, with the reason. */
export function unknownNames(registered: Iterable<string>): Readonly<Record<string, string>> {
  const unknown: Record<string, string> = { facts: FACT_UNKNOWN };
  for (const name of registered) unknown[name] = RESULT_UNKNOWN;
  return unknown;
}

/** What is wrong with a step's arguments on a host as far as variables alone can tell: a cheaper `tryStep`. */
export function wrongArgs(
  step: PlaybookStep,
  section: ProgramSection,
  unknown: Readonly<Record<string, string>>,
): Pick<TriedStep, 'problem' | 'place'> | undefined {
  const known = scopeWithout(section, unknown);
  const scope = withVariablesOf(step, known);
  const items = step.loop?.evaluate(scope);
  if (items !== undefined && (!items.ok || !Array.isArray(items.value))) return undefined;
  const rounds =
    items === undefined
      ? [scope]
      : (items.value as readonly unknown[]).map((item) =>
          scope.extend({ values: { item }, sensitive: items.sensitive ? ['item'] : [] }),
        );
  for (const one of rounds) {
    if (step.when.some((condition) => isFalse(condition.evaluate(one)))) continue;
    const args = step.args.evaluate(one);
    if (!args.ok && args.kind === 'unknown') continue;
    if (!args.ok) return { problem: { message: args.reason }, place: args };
    const seen = args.sensitive ? secretInProcessList(step, one) : undefined;
    if (seen !== undefined) return { problem: seen };
    const message = step.checkArgs(args.value, args.sensitive || step.noLog === true);
    if (message !== undefined) return { problem: { message } };
  }
  return undefined;
}

const scopes = new WeakMap<ProgramSection, { readonly unknown: object; readonly scope: Scope }>();

/** A host's variables without what is not known; made once for all steps that know the same. */
function scopeWithout(section: ProgramSection, unknown: Readonly<Record<string, string>>): Scope {
  const made = scopes.get(section);
  if (made?.unknown === unknown) return made.scope;
  const scope = section.scope.extend({ unknown });
  scopes.set(section, { unknown, scope });
  return scope;
}

function isFalse(result: EvaluationResult): boolean {
  return result.ok && result.value === false;
}

function stateWith(
  facts: FactCandidate,
  step: PlaybookStep,
  section: ProgramSection,
  program: HostProgram,
): HostState {
  const state = newHostState(new Map(), false);
  const user = actingUser(program, step);
  for (const name of factsOf(step, section)) {
    const value = Object.hasOwn(facts, name) ? facts[name] : unknownValue(FACT_UNKNOWN);
    state.answers.set(storeKey(factLook(name), user), value);
  }
  return state;
}

/** How looks at the controller's files say that a file is not there; other reasons are no absence. */
function isAbsent(answer: unknown): boolean {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    (answer as { reason?: unknown }).reason === 'there is no such file'
  );
}
