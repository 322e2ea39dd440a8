import type { Diagnostic } from '../documents/diagnostic.ts';
import type { HostProgram, ProgramSection } from '../engine/host-program.ts';
import { checkReferences, expandReferences, type Known, knownVariables } from '../expressions/check.ts';
import type { Expression } from '../expressions/expression.ts';
import { factsNamed, type Reference } from '../expressions/reference.ts';
import type { Scope, VariableTable } from '../expressions/scope.ts';
import type { FileTemplate } from '../expressions/template.ts';
import type { CompiledValue } from '../expressions/value.ts';
import { FACTS } from '../looks/facts/index.ts';
import { type HostClasses, hostGroups } from './host-classes.ts';
import { createHostFindings } from './host-findings.ts';
import type { Play, PlaybookStep } from '../engine/playbook.ts';
import { addResult, type Registered } from './result-members.ts';
import { templatesOf } from './step-templates.ts';
import { RESERVED_NAMES } from './variables.ts';

/**
 * Undefined variables, unknown members and unknown facts in every step of every host, without asking any host.
 * A use that a false `when` or `defined()` keeps from being reached is no mistake.
 */
export function checkVariables(programs: readonly HostProgram[]): readonly Diagnostic[] {
  const findings = createHostFindings(programs);
  for (const { programs: group, classes: classesOf } of hostGroups(programs)) {
    const registered = new Map<string, Known>();
    const missing = missingResults(
      group[0].sections.flatMap(({ play, steps }) => play.steps.map((step) => ({ step, steps }))),
    );
    group[0].sections.forEach((first, index) => {
      const sections = group.map((program) => program.sections[index] as ProgramSection);
      const classes = classesOf[index] as HostClasses;
      for (const name of first.play.lostResults ?? []) registered.set(name, { kind: 'any' });
      for (const step of first.steps) {
        const references = referencesOf(step, first.play);
        const suspicious = classes
          .split('definitions', references, step.vars)
          .some(([host]) => anyProblem(step, sections[host] as ProgramSection, registered));
        // Whether a condition or a guard keeps a host from the mistake depends on the host's own values.
        for (const hosts of suspicious ? classes.split('values', references, step.vars) : []) {
          const section = sections[hosts[0]] as ProgramSection;
          const names = hosts.map((host) => (group[host] as HostProgram).host);
          for (const diagnostic of checkStepVariables(step, section, registered, missing)) {
            findings.add(diagnostic, first.play, names);
          }
        }
        addResult(registered, step);
      }
    });
  }
  return findings.diagnostics();
}

/** Everything that a step names, its templates included, in no order. */
export function referencesOf(step: PlaybookStep, play: Play): readonly Reference[] {
  return [
    ...(step.loop?.references ?? []),
    ...step.when.flatMap(({ references }) => references),
    ...step.args.references,
    ...(step.name?.references ?? []),
    ...templatesOf(step, play).templates.flatMap(({ references }) => references),
  ];
}

/** What to say of a name that some step registers, but not in time. */
export type MissingResults = (name: string, registered: Registered) => string | undefined;

function missingResults(
  all: readonly { readonly step: PlaybookStep; readonly steps: readonly PlaybookStep[] }[],
): MissingResults {
  return (name) => {
    if (name === 'item') return 'there is an `item` only in a step with `loop`';
    const found = all.find(({ step }) => step.register === name);
    if (found === undefined) return undefined;
    const { step, steps } = found;
    const place = `${step.origin.file}:${step.origin.range.start.line}`;
    if (!steps.some(({ id }) => id === step.id)) {
      return `the step at ${place} registers it, but the chosen tags leave that step out`;
    }
    return `the step at ${place} registers it, later than it is used here`;
  };
}

/** Whether anything is wrong with a step on a host, be it reached or not. Needs no values. */
export function anyProblem(step: PlaybookStep, section: ProgramSection, registered: Registered): boolean {
  const tables = tablesOf(step, section);
  const context = { registered, missing: () => undefined };
  const { loop } = step;
  if (loop !== undefined && problemsOf(loop.references, tables, { ...context, loop: undefined }).length > 0) {
    return true;
  }
  const others = [
    ...step.when.flatMap(({ references }) => references),
    ...step.args.references,
    ...(step.name?.references ?? []),
  ];
  if (problemsOf(others, tables, { ...context, loop }).length > 0) return true;
  return templatesOf(step, section.play).templates.some(
    ({ references, diagnostics }) =>
      diagnostics.length > 0 ||
      problemsOf(references, tables, { ...context, loop, allFacts: true }).length > 0,
  );
}

function tablesOf(step: PlaybookStep, section: ProgramSection): readonly VariableTable[] {
  return step.vars === undefined ? section.variables : [step.vars, ...section.variables];
}

/** The mistakes of one step on one host. */
export function checkStepVariables(
  step: PlaybookStep,
  section: ProgramSection,
  registered: Registered,
  missing: MissingResults,
): readonly Diagnostic[] {
  const tables = tablesOf(step, section);
  const scope = staticScope(step, section, registered);
  const check = (references: readonly Reference[], inLoop = true): readonly Diagnostic[] =>
    problemsOf(references, tables, { registered, missing, loop: inLoop ? step.loop : undefined });
  const found: Diagnostic[] = [];
  if (step.loop !== undefined) found.push(...unguarded(check(step.loop.references, false), step.loop, scope));
  for (const condition of step.when) {
    const holds = condition.evaluate(scope);
    if (holds.ok && holds.value === false) return found;
    found.push(...unguarded(check(condition.references), condition, scope));
  }
  found.push(...unguarded(check(step.args.references), step.args, scope));
  for (const template of templatesOf(step, section.play).templates) {
    const named = problemsOf(template.references, tables, {
      registered,
      missing,
      loop: step.loop,
      allFacts: true,
    });
    found.push(...templateProblems(template, named, scope));
  }
  if (step.name !== undefined) found.push(...unguarded(check(step.name.references), step.name, scope));
  return found;
}

/** Drops problems that evaluation does not run into, as with `defined(x) ? x : ""`. */
function unguarded(
  problems: readonly Diagnostic[],
  value: CompiledValue | Expression,
  scope: Scope,
): readonly Diagnostic[] {
  if (problems.length === 0) return problems;
  const result = value.evaluate(scope);
  if (result.ok) return [];
  if (result.kind !== 'unknown') return problems;
  // What is not known yet hides which way evaluation will go: trust a guard that stands beside it.
  const guarded = value.references.filter(({ optional }) => optional).map(({ path }) => `\`${path[0]}`);
  return problems.filter(({ message }) => !guarded.some((root) => message.includes(root)));
}

/** A template has branches, so only what rendering runs into counts. */
function templateProblems(
  template: FileTemplate,
  named: readonly Diagnostic[],
  scope: Scope,
): readonly Diagnostic[] {
  if (template.diagnostics.length > 0) return template.diagnostics;
  if (named.length === 0) return [];
  const result = template.render(scope);
  if (result.ok || result.kind === 'unknown') return [];
  return result.kind === 'undefined' ? named : [result.diagnostic];
}

interface CheckContext {
  readonly registered: Registered;
  readonly missing: MissingResults;
  readonly loop: CompiledValue | undefined;
  /** Templates may go through all facts. */
  readonly allFacts?: boolean;
}

function problemsOf(
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

/** What can be seen before any host is asked: facts, items and results exist, but are not known. */
function staticScope(step: PlaybookStep, section: ProgramSection, registered: Registered): Scope {
  const unknown: Record<string, string> = { facts: 'facts are known only when the host has been asked' };
  if (step.loop !== undefined) unknown.item = 'the item is known only in the loop';
  for (const name of registered.keys()) unknown[name] = 'the result is known only after the step has run';
  const scope = section.scope.extend({ unknown });
  return step.vars === undefined ? scope : scope.extend({ variables: [step.vars] });
}
