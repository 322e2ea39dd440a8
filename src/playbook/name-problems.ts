import type { Diagnostic } from '../documents/diagnostic.ts';
import { checkReferences, expandReferences, type Known, knownVariables } from '../expressions/check.ts';
import { factsNamed, type Reference } from '../expressions/reference.ts';
import type { VariableTable } from '../expressions/scope.ts';
import type { CompiledValue } from '../expressions/value.ts';
import { FACTS } from '../looks/facts/index.ts';
import type { MissingResults } from './missing-results.ts';
import type { Registered } from './result-members.ts';
import { RESERVED_NAMES } from './variables.ts';

export interface CheckContext {
  readonly registered: Registered;
  readonly missing: MissingResults;
  readonly loop: CompiledValue | undefined;
  /** Templates may go through all facts. */
  readonly allFacts?: boolean;
}

/** What is wrong with names, and with those that their definitions name in turn; be they reached or not. */
export function problemsOf(
  direct: readonly Reference[],
  tables: readonly VariableTable[],
  context: CheckContext,
): readonly Diagnostic[] {
  if (direct.length === 0) return [];
  const references = expandReferences(direct, tables);
  const items = itemsOf(context.loop);
  const [first, ...others] = items;
  const roots = standingRoots(context.registered, first);
  for (const { path } of references) {
    const [name] = path;
    const definition = roots.has(name) ? undefined : definitionOf(name, tables);
    if (definition !== undefined) roots.set(name, { kind: 'value', value: definition.raw });
  }
  const wrong = [
    ...checkReferences(references, { roots }),
    ...others.flatMap((item) => {
      const ofItem = references.filter(({ path }) => path[0] === 'item');
      return checkReferences(ofItem, { roots: new Map([['item', item]]) });
    }),
    ...(context.allFacts === true ? [] : wholeFacts(references)),
    ...references.flatMap((reference) => definitionOf(reference.path[0], tables)?.diagnostics ?? []),
  ];
  if (wrong.length === 0) return wrong;
  // Only now are all names worth gathering: for the nearest spelling.
  const all = new Map([...knownVariables(tables), ...roots]);
  const suggested = checkReferences(references, { roots: all });
  return wrong.map((diagnostic) => {
    const better = suggested.find((other) => other.message === diagnostic.message) ?? diagnostic;
    if (better.code === 'unknown-fact' && better.hint === undefined) return { ...better, hint: ALL_FACTS };
    const name = /^undefined variable `(\w+)`/.exec(diagnostic.message)?.[1];
    const hint = name === undefined ? undefined : context.missing(name, context.registered);
    if (hint !== undefined && !context.registered.has(name ?? '')) return { ...better, hint };
    return better;
  });
}

const ALL_FACTS = `the facts are ${[...FACTS.keys()].join(', ')}`;

/** Roots that no table holds. */
function standingRoots(registered: Registered, item: Known | undefined): Map<string, Known> {
  const roots = new Map<string, Known>();
  for (const name of RESERVED_NAMES.keys()) {
    if (name !== 'item' && name !== 'facts') roots.set(name, { kind: 'any' });
  }
  roots.set('facts', { kind: 'members', names: [...FACTS.keys()], noun: 'fact' });
  for (const [name, known] of registered) roots.set(name, known);
  if (item !== undefined) roots.set('item', item);
  return roots;
}

/** The items of a loop, as far as they are written out; none without a loop. */
function itemsOf(loop: CompiledValue | undefined): readonly Known[] {
  if (loop === undefined) return [];
  if (!Array.isArray(loop.raw) || loop.raw.length === 0) return [{ kind: 'any' }];
  return loop.raw.map((value: unknown) => ({ kind: 'value', value }));
}

function definitionOf(name: string, tables: readonly VariableTable[]): CompiledValue | undefined {
  for (const table of tables) {
    const found = table.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Facts are gathered by name, so the name must be written out. */
function wholeFacts(references: readonly Reference[]): readonly Diagnostic[] {
  return references
    .filter((reference) => factsNamed([reference]).dynamic)
    .map(({ range, source }) => ({
      severity: 'error' as const,
      code: 'fact-not-named',
      message: 'which fact is meant must be written out: facts are gathered by name',
      hint: 'write, for example, facts.arch',
      ...(range && source ? { file: source.file, range, source } : {}),
    }));
}
