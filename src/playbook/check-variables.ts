import type { Diagnostic } from '../documents/diagnostic.ts';
import type { HostProgram, ProgramSection } from '../engine/host-program.ts';
import type { PlaybookStep } from '../engine/playbook.ts';
import { variablesOf } from '../engine/step-variables.ts';
import type { Known } from '../expressions/check.ts';
import type { Expression } from '../expressions/expression.ts';
import type { Reference } from '../expressions/reference.ts';
import type { Scope } from '../expressions/scope.ts';
import type { FileTemplate } from '../expressions/template.ts';
import type { CompiledValue } from '../expressions/value.ts';
import { type HostClasses, hostGroups } from './host-classes.ts';
import { createHostFindings } from './host-findings.ts';
import { type MissingResults, missingResults } from './missing-results.ts';
import { problemsOf } from './name-problems.ts';
import { addResult, type Registered } from './result-members.ts';
import { referencesOf } from './step-references.ts';
import { templatesOf } from './step-templates.ts';

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

/** Whether anything is wrong with a step on a host, be it reached or not. Needs no values. */
export function anyProblem(step: PlaybookStep, section: ProgramSection, registered: Registered): boolean {
  const tables = variablesOf(step, section);
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

/** The mistakes of one step on one host. */
export function checkStepVariables(
  step: PlaybookStep,
  section: ProgramSection,
  registered: Registered,
  missing: MissingResults,
): readonly Diagnostic[] {
  const tables = variablesOf(step, section);
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

/** What can be seen before any host is asked: facts, items and results exist, but are not known. */
function staticScope(step: PlaybookStep, section: ProgramSection, registered: Registered): Scope {
  const unknown: Record<string, string> = { facts: 'facts are known only when the host has been asked' };
  if (step.loop !== undefined) unknown.item = 'the item is known only in the loop';
  for (const name of registered.keys()) unknown[name] = 'the result is known only after the step has run';
  const scope = section.scope.extend({ unknown });
  return step.vars === undefined ? scope : scope.extend({ variables: [step.vars] });
}
