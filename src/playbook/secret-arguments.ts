import type { Diagnostic } from '../documents/diagnostic.ts';
import type { HostProgram, ProgramSection } from '../engine/host-program.ts';
import type { PlaybookStep } from '../engine/playbook.ts';
import { secretShown, shownArguments } from '../engine/process-list.ts';
import { variablesOf, withVariablesOf } from '../engine/step-variables.ts';
import { unknownNames } from './candidates.ts';
import { hostGroups } from './host-classes.ts';
import { createHostFindings } from './host-findings.ts';
import { problemAtOrigin } from './problem.ts';
import { SecretOrigins } from './secret-origins.ts';

/**
 * Secrets in arguments that stand in a host's list of processes, as far as can be seen by where they come from: a check
 * does not read a secret that stands elsewhere. What can be evaluated without it is judged by its value.
 */
export function secretArguments(programs: readonly HostProgram[]): readonly Diagnostic[] {
  const findings = createHostFindings(programs);
  for (const { programs: group, classes: classesOf } of hostGroups(programs)) {
    for (const [index, first] of group[0].sections.entries()) {
      const results = first.play.steps.flatMap(({ register }) => register ?? []);
      for (const step of first.steps) {
        if (step.kind.processList === undefined || step.args.isConstant || step.flawed === true) continue;
        const references = [...step.args.references, ...(step.loop?.references ?? [])];
        for (const hosts of classesOf[index]?.split('definitions', references, step.vars) ?? []) {
          const section = group[hosts[0]]?.sections[index] as ProgramSection;
          const names = () => hosts.map((host) => (group[host] as HostProgram).host);
          for (const found of judge(step, section, results)) findings.add(found, first.play, names());
        }
      }
    }
  }
  return findings.diagnostics();
}

function judge(
  step: PlaybookStep,
  section: ProgramSection,
  results: readonly string[],
): readonly Diagnostic[] {
  const item = step.loop === undefined ? {} : { item: 'the item is known only in the loop' };
  const known = section.scope.extend({ unknown: { ...unknownNames(results), ...item } });
  const scope = withVariablesOf(step, known);
  const skipped = step.when.some((condition) => {
    const holds = condition.evaluate(scope);
    return holds.ok && holds.value === false;
  });
  if (skipped) return [];
  const tables = variablesOf(step, section);
  const origins = new SecretOrigins(tables, step.loop);
  return shownArguments(step).flatMap(([name, value]) => {
    const result = value.evaluate(scope);
    if (result.ok || result.kind !== 'unknown') return [];
    const use = value.references.find((reference) => origins.areSecret(reference));
    if (use === undefined) return [];
    const { range, source } = use;
    const place =
      range === undefined || source === undefined ? undefined : { file: source.file, range, source };
    const { message, hint } = secretShown(step, name);
    return [
      problemAtOrigin(place ?? step.kindOrigin ?? step.origin, { code: 'secret-argument', message, hint }),
    ];
  });
}
