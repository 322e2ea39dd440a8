import type { Diagnostic } from '../documents/diagnostic.ts';
import type { HostProgram, ProgramSection } from '../engine/host-program.ts';
import type { PlaybookStep } from '../engine/playbook.ts';
import { createHostFindings } from './host-findings.ts';
import { problemAtOrigin } from './problem.ts';

/** A result must not take the name of a variable: which of the two is meant would depend on the order of steps. */
export function checkRegistered(programs: readonly HostProgram[]): readonly Diagnostic[] {
  const findings = createHostFindings(programs);
  for (const program of programs) {
    for (const { section, step, name } of registeringSteps(program)) {
      const shadowed =
        step.vars?.get(name) !== undefined ||
        section.variables.some((table) => table.get(name) !== undefined);
      if (!shadowed) continue;
      const message = `\`register: ${name}\` takes the name of a variable`;
      const hint = 'choose another name: variables and results share their names';
      const problem = problemAtOrigin(step.registerOrigin ?? step.origin, {
        code: 'register-shadows',
        message,
        hint,
      });
      findings.add(problem, section.play, [program.host]);
    }
  }
  return findings.diagnostics();
}

interface Registering {
  readonly section: ProgramSection;
  readonly step: PlaybookStep;
  readonly name: string;
}

const registering = new WeakMap<readonly PlaybookStep[], readonly PlaybookStep[]>();

function registeringSteps({ sections }: HostProgram): readonly Registering[] {
  return sections.flatMap((section) => {
    let steps = registering.get(section.steps);
    if (steps === undefined) {
      steps = section.steps.filter(({ register }) => register !== undefined);
      registering.set(section.steps, steps);
    }
    return steps.map((step) => ({ section, step, name: String(step.register) }));
  });
}
