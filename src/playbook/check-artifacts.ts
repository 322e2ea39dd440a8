import type { Diagnostic } from '../documents/diagnostic.ts';
import type { LocalAnswers } from '../engine/fetch.ts';
import type { HostProgram, ProgramSection } from '../engine/host-program.ts';
import { judgeCandidates } from './artifact-verdict.ts';
import { factCandidates, tryStep } from './candidates.ts';
import { checkStepVariables, referencesOf } from './check-variables.ts';
import { bySameSteps, createHostClasses } from './host-classes.ts';
import { createHostFindings } from './host-findings.ts';
import type { PlaybookStep } from './model.ts';

/**
 * Finds what is wrong with the controller's files before any host is asked: artifacts that are missing or do
 * not match their pin, also where `facts.arch` or another fact with few values chooses them. Arguments that
 * do not fit their schema once their variables are known are found on the way. A step is tried once for all hosts
 * to which its variables are the same.
 */
export async function checkArtifacts(programs: readonly HostProgram[]): Promise<readonly Diagnostic[]> {
  const findings = createHostFindings(programs);
  const local: LocalAnswers = new Map();
  for (const group of bySameSteps(programs)) {
    const registered = new Map<string, PlaybookStep>();
    for (const [index, first] of group[0].sections.entries()) {
      const sections = group.map((program) => program.sections[index] as ProgramSection);
      const classes = createHostClasses(sections);
      for (const step of first.steps) {
        for (const hosts of classes.split(referencesOf(step), step.vars)) {
          const section = sections[hosts[0]] as ProgramSection;
          const program = group[hosts[0]] as HostProgram;
          const found = await checkStep(step, section, program, registered, local);
          const names = () => hosts.map((host) => (group[host] as HostProgram).host);
          for (const diagnostic of found) findings.add(diagnostic, first.play, names());
        }
        if (step.register !== undefined) registered.set(step.register, step);
      }
    }
  }
  return findings.diagnostics();
}

async function checkStep(
  step: PlaybookStep,
  section: ProgramSection,
  program: HostProgram,
  registered: ReadonlyMap<string, PlaybookStep>,
  local: LocalAnswers,
): Promise<readonly Diagnostic[]> {
  // Undefined variables are told by `buildPrograms`; what they break need not be told again.
  if (checkStepVariables(step, section, registered, () => undefined).length > 0) return [];
  const tries = [];
  for (const facts of factCandidates(step, section)) {
    tries.push(await tryStep(step, section, program, { facts, registered: [...registered.keys()], local }));
  }
  return judgeCandidates(step, tries);
}
