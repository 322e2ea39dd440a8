import { conditionHint } from '../expressions/condition-hint.ts';
import { lazyScope } from '../expressions/lazy-scope.ts';
import type { Scope, VariableTable } from '../expressions/scope.ts';
import { factLook } from '../looks/facts/look.ts';
import type { PlaybookStep } from './playbook.ts';
import { MASK } from '../secrets/mask.ts';
import { askerFor } from './asker.ts';
import type { StepProblem, StepRef } from './events.ts';
import type { GuardNeed } from './guard/need.ts';
import { needOf } from './guard/need-of.ts';
import { actingUser, type HostProgram, type ProgramSection } from './host-program.ts';
import type { HostState } from './host-state.ts';
import type { Json } from './json.ts';
import type { HostLook, Look } from './look.ts';
import type { Overlay } from './overlay.ts';
import { secretInProcessList } from './process-list.ts';
import type { Comparison } from './step-kind.ts';
import { type Arguments, type Evaluated, evaluatedWith, memoryOf } from './step-memory.ts';
import { renderTemplate } from './templates.ts';
import { PENDING, StepFailure, Unpredictable, View } from './view.ts';

/** One round of a step on a host: the step itself, or one item of its loop. */
export interface Instance {
  readonly step: PlaybookStep;
  readonly section: ProgramSection;
  readonly scope: Scope;
  readonly ref: StepRef;
  /** Where what it comes to may be remembered. */
  readonly evaluated?: Evaluated;
}

/** What became of expanding or comparing, as data. */
export type Outcome<Value> =
  | { readonly kind: 'pending' }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'deferred'; readonly reason: string }
  | {
      readonly kind: 'failed';
      readonly problem: StepProblem;
      readonly seen?: Seen;
      /** Whatever becomes of the host, it stays wrong. */
      readonly final?: boolean;
      /** What `register` keeps besides the failure. */
      readonly output?: { readonly [key: string]: Json };
      /** The step's arguments hold a secret. */
      readonly secret?: boolean;
    }
  | { readonly kind: 'done'; readonly value: Value };

/** A step compared with a host. */
export interface Compared {
  readonly comparison: Comparison;
  readonly seen: Seen;
  /** The step's arguments, or a template of it, hold a secret. */
  readonly secret: boolean;
  /** Set when the changes can cut the way in. */
  readonly guard?: GuardNeed;
}

/** The looks that a comparison rests on, by store key. */
export type Seen = ReadonlyMap<string, HostLook<unknown>>;

/** Everything an evaluation needs to know besides the step. */
export interface EvaluationContext {
  readonly program: HostProgram;
  readonly state: HostState;
  readonly overlay: Overlay;
  /** Filled with the looks that have no answer yet, by store key. */
  readonly missing: Map<string, Look<unknown>>;
  /** No host is asked: steps are compared as if every user that they act as were there. */
  readonly anyUser?: true;
}

/** The rounds of a step on this host: one, or one for each item of its loop. */
export function expandStep(
  step: PlaybookStep,
  section: ProgramSection,
  context: EvaluationContext,
): Outcome<readonly Instance[]> {
  return attempt(() => {
    const { results, unknownResults } = context.state;
    const memory = memoryOf(step, section, context.program, context.state);
    const facts = factsFor(memory.facts, step, section, context);
    const named = Object.fromEntries(memory.facts.map((name, index) => [name, facts[index] as Json]));
    const scope = scopeFor(step, section, context, named);
    if (step.loop === undefined) {
      const registered = [...Object.keys(results), ...Object.keys(unknownResults)];
      const evaluated = evaluatedWith(memory, step, facts, registered);
      evaluated.ref ??= refOf(step, scope);
      return done([{ step, section, scope, ref: evaluated.ref, evaluated }]);
    }
    const items = step.loop.evaluate(scope);
    if (!items.ok) return unresolved('loop', items);
    if (!Array.isArray(items.value)) throw new StepFailure('"loop" is not a list on this host');
    return done(
      items.value.map((item: Json, at) => {
        const secret = items.sensitive || step.noLog === true;
        const inner = scope.extend({ values: { item }, sensitive: items.sensitive ? ['item'] : [] });
        const label = secret ? `${MASK} ${at + 1}` : item;
        return { step, section, scope: inner, ref: refOf(step, inner, label) };
      }),
    );
  });
}

/** Compares one round of a step with what is known of the host. Pure but for `context.missing`. */
export function compareInstance(instance: Instance, context: EvaluationContext): Outcome<Compared> {
  const { step, scope } = instance;
  const rendered = new Map<string, string>();
  const seen = new Map<string, HostLook<unknown>>();
  let secret = false;
  const outcome = attempt<Compared>(() => {
    const evaluated = instance.evaluated ?? {};
    evaluated.args ??= argumentsOf(instance);
    if (evaluated.args.kind !== 'done') return evaluated.args;
    const { values: args } = evaluated.args.value;
    secret = evaluated.args.value.secret;
    const view = viewFor(instance, context, { rendered, seen });
    for (const path of step.kind.templates?.(args as never) ?? []) {
      const { text, sensitive } = renderTemplate(
        path,
        scope,
        variablesOf(step, instance.section),
        viewFor(instance, context, {}),
      );
      rendered.set(path, text);
      secret ||= sensitive;
    }
    const comparison = step.kind.compare(args as never, view);
    const effects = view.atRealPaths(comparison.effects);
    const guard = needOf(comparison, effects, view);
    const notes = [...(comparison.notes ?? []), ...unguardedNotes(comparison, guard, view)];
    return done({
      comparison: { ...comparison, effects, ...(notes.length === 0 ? {} : { notes }) },
      seen,
      secret,
      ...(guard === undefined ? {} : { guard }),
    });
  });
  if (secret || step.noLog === true) keepPlaces(seen, context.state);
  return outcome.kind === 'failed' ? { ...outcome, seen, secret } : outcome;
}

/** What `--no-guard` comes to at this step, said before it is done too. */
function unguardedNotes(
  { changes }: Comparison,
  guard: GuardNeed | undefined,
  { guarded, overruled }: View,
): readonly string[] {
  if (guarded || changes.length === 0) return [];
  const refused = [...new Set(overruled)].map((reason) => `refused without --no-guard: ${reason}`);
  return guard === undefined ? refused : [...refused, `without a guard (--no-guard): ${guard.what}`];
}

/** Of what stands there no later run is told a hash. */
function keepPlaces(seen: Seen, { secretPaths }: HostState): void {
  for (const { kind, query } of seen.values()) {
    if (kind.place !== undefined) secretPaths.add(kind.place.of(query as never));
  }
}

/** The arguments of a round in their normal form, unless a condition says that it is none. */
function argumentsOf({ step, scope }: Instance): Outcome<Arguments> {
  return attempt(() => {
    for (const condition of step.when) {
      const holds = condition.evaluate(scope);
      if (!holds.ok) return unresolved('when', holds);
      if (typeof holds.value !== 'boolean') {
        throw new StepFailure(
          `the condition "${condition.source}" gives ${holds.sensitive ? 'a secret' : JSON.stringify(holds.value)}, not true or false`,
          holds.sensitive ? undefined : conditionHint(condition.source, holds.value),
        );
      }
      if (!holds.value) return { kind: 'skipped', reason: `when: ${condition.source}` };
    }
    const args = step.args.evaluate(scope);
    if (!args.ok) return unresolved(step.kind.name, args);
    const seen = args.sensitive ? secretInProcessList(step, scope) : undefined;
    if (seen !== undefined) throw new StepFailure(seen.message, seen.hint, true);
    const normal = step.kind.normalize?.(args.value as Json) ?? (args.value as Json);
    if (!step.args.isConstant) {
      const wrong = step.checkArgs(args.value, args.sensitive);
      if (wrong !== undefined) throw new StepFailure(wrong);
    }
    return done({ values: normal, secret: args.sensitive });
  });
}

function viewFor(
  { section, step }: Pick<Instance, 'section' | 'step'>,
  context: EvaluationContext,
  more: { readonly rendered?: Map<string, string>; readonly seen?: Map<string, HostLook<unknown>> },
): View {
  const user = actingUser(context.program, step);
  const options = {
    context: context.state.lookContext,
    baseDirectory: section.play.baseDirectory,
    actingUser: user,
    loginUser: context.program.loginUser,
    guarded: context.state.unguarded !== true,
    loggedInBy: context.state.loggedInBy ?? [],
    asker: askerFor(user, context, more.seen),
    timeout: step.timeout,
    ...(more.rendered === undefined ? {} : { rendered: more.rendered }),
  };
  return new View(context.state.answers, context.missing, context.overlay, options, more.seen);
}

function refOf(step: PlaybookStep, scope: Scope, item?: Json): StepRef {
  const named = step.name?.evaluate(scope);
  const { file, range } = step.origin;
  return {
    id: step.id,
    kind: step.kind.name,
    name: named?.ok === true ? String(named.value) : String(step.name?.raw ?? step.kind.name),
    file,
    line: range.start.line,
    column: range.start.column,
    ...(item === undefined ? {} : { item: typeof item === 'string' ? item : JSON.stringify(item) }),
  };
}

/**
 * The scope of a step: the section's, with the facts that it names and the results so far. It is made when something is
 * looked up in it: where what the step comes to is remembered, nothing is.
 */
function scopeFor(
  step: PlaybookStep,
  section: ProgramSection,
  { state }: EvaluationContext,
  facts: Readonly<Record<string, Json>>,
): Scope {
  const results = { ...state.results };
  const unknown = { ...state.unknownResults };
  const sensitive = [...state.secretResults];
  return lazyScope(() => {
    const scope = section.scope.extend({ values: { facts, ...results }, unknown, sensitive });
    return step.vars === undefined ? scope : scope.extend({ variables: [step.vars] });
  });
}

function factsFor(
  names: readonly string[],
  step: PlaybookStep,
  section: ProgramSection,
  context: EvaluationContext,
): readonly Json[] {
  if (names.length === 0) return [];
  return viewFor({ step, section }, context, {}).see(...names.map((name) => factLook(name)));
}

function variablesOf(step: PlaybookStep, section: ProgramSection): readonly VariableTable[] {
  return step.vars === undefined ? section.variables : [step.vars, ...section.variables];
}

function attempt<Value>(work: () => Outcome<Value>): Outcome<Value> {
  try {
    return work();
  } catch (error) {
    if (error === PENDING) return { kind: 'pending' };
    if (error instanceof Unpredictable) return { kind: 'deferred', reason: error.message };
    if (error instanceof StepFailure)
      return {
        kind: 'failed',
        problem: problemOf(error.message, error.hint),
        final: error.final,
        ...(error.output === undefined ? {} : { output: error.output }),
      };
    throw error;
  }
}

function unresolved(
  what: string,
  failure: { readonly kind: string; readonly reason: string; readonly hint?: string },
): Outcome<never> {
  if (failure.kind === 'unknown') return { kind: 'deferred', reason: failure.reason };
  return { kind: 'failed', problem: problemOf(`${what}: ${failure.reason}`, failure.hint) };
}

function problemOf(message: string, hint: string | undefined): StepProblem {
  return { message, ...(hint === undefined ? {} : { hint }) };
}

function done<Value>(value: Value): Outcome<Value> {
  return { kind: 'done', value };
}
