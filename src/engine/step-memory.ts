import { expandReferences } from '../expressions/check.ts';
import { factsNamed, type Reference } from '../expressions/reference.ts';
import { FACTS } from '../looks/facts/index.ts';
import type { StepRef } from './events.ts';
import type { HostProgram, ProgramSection } from './host-program.ts';
import type { HostState } from './host-state.ts';
import type { Json } from './json.ts';
import type { Outcome } from './outcome.ts';
import type { PlaybookStep } from './playbook.ts';
import { variablesOf } from './step-variables.ts';

/** The arguments of a step. */
export interface Arguments {
  /** In their normal form. */
  readonly values: Json;
  /** Secrets had part in them. */
  readonly secret: boolean;
}

/** What a step comes to before it is compared: the same wherever its variables and facts are the same. */
export interface Evaluated {
  ref?: StepRef;
  args?: Outcome<Arguments>;
}

/** What is remembered of a step for all hosts that cannot be told apart, or for one that is like no other. */
export interface StepMemory {
  /** The facts that the step names, directly or through variables. */
  readonly facts: readonly string[];
  /** The roots of everything that it names. */
  readonly roots: ReadonlySet<string>;
  readonly evaluated: Map<string, Evaluated>;
}

/** Where facts differ from host to host more is not kept. */
const MOST_KEPT = 64;

const memories = new WeakMap<object, Map<PlaybookStep, StepMemory>>();

/**
 * What is remembered of a step: for all hosts that cannot be told apart, so that a fleet of 10,000 evaluates it once for
 * each kind of host; of a host that is like no other only while its turn lasts.
 */
export function memoryOf(
  step: PlaybookStep,
  section: ProgramSection,
  { alike }: HostProgram,
  { stepMemories }: Pick<HostState, 'stepMemories'>,
): StepMemory {
  const steps =
    alike === undefined ? stepMemories : (memories.get(alike) ?? new Map<PlaybookStep, StepMemory>());
  if (alike !== undefined) memories.set(alike, steps);
  const known = steps.get(step);
  if (known !== undefined) return known;
  const variables = variablesOf(step, section);
  const all = expandReferences(evaluatedReferences(step), variables);
  const { names, dynamic } = factsNamed(all);
  const memory: StepMemory = {
    // Which one `facts[name]` means is known only when it is evaluated.
    facts: dynamic ? [...FACTS.keys()] : names,
    roots: new Set(all.map(({ path }) => path[0])),
    evaluated: new Map(),
  };
  steps.set(step, memory);
  return memory;
}

/**
 * Where to keep, and find, what a step comes to with these facts. With more than variables and facts to it, results of
 * earlier steps or items of a loop, it is kept nowhere.
 *
 * @param results names of what steps have registered so far.
 */
export function evaluatedWith(
  { evaluated, roots }: StepMemory,
  step: PlaybookStep,
  facts: readonly Json[],
  results: readonly string[],
): Evaluated {
  if (step.loop !== undefined || results.some((name) => roots.has(name))) return {};
  const key = JSON.stringify(facts);
  const known = evaluated.get(key) ?? {};
  if (evaluated.size < MOST_KEPT) evaluated.set(key, known);
  return known;
}

/** Templates are rendered for each host, with facts of their own. */
function evaluatedReferences(step: PlaybookStep): readonly Reference[] {
  return [
    ...step.args.references,
    ...step.when.flatMap((condition) => condition.references),
    ...(step.loop?.references ?? []),
    ...(step.name?.references ?? []),
  ];
}
