import { lazyScope } from '../expressions/lazy-scope.ts';
import type { Scope } from '../expressions/scope.ts';
import { factLook } from '../looks/facts/look.ts';
import { MASK } from '../secrets/mask.ts';
import { type EvaluationContext, viewFor } from './evaluation.ts';
import type { StepRef } from './events.ts';
import { StepFailure } from './failure.ts';
import type { ProgramSection } from './host-program.ts';
import type { Json } from './json.ts';
import { attempt, done, type Outcome, unresolved } from './outcome.ts';
import type { PlaybookStep } from './playbook.ts';
import { type Evaluated, evaluatedWith, memoryOf } from './step-memory.ts';
import { withVariablesOf } from './step-variables.ts';

/** One round of a step on a host: the step itself, or one item of its loop. */
export interface Instance {
  readonly step: PlaybookStep;
  readonly section: ProgramSection;
  readonly scope: Scope;
  readonly ref: StepRef;
  /** Where what it comes to may be remembered. */
  readonly evaluated?: Evaluated;
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
    return withVariablesOf(step, scope);
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
