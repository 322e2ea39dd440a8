import type { Diagnostic } from '../documents/diagnostic.ts';
import type { HostProgram, ProgramSection } from '../engine/host-program.ts';
import { LocalAnswers } from '../engine/local-answers.ts';
import type { PlaybookStep } from '../engine/playbook.ts';
import type { Known } from '../expressions/check.ts';
import { judgeCandidates } from './artifact-verdict.ts';
import { factCandidates, type TriedStep, tryStep, unknownNames, wrongArgs } from './candidates.ts';
import { anyProblem, checkStepVariables } from './check-variables.ts';
import { type HostClass, type HostClasses, hostGroups } from './host-classes.ts';
import { createHostFindings } from './host-findings.ts';
import { addResult, type Registered } from './result-members.ts';
import { referencesOf } from './step-references.ts';

/**
 * Finds what is wrong with the controller's files before any host is asked: artifacts that are missing or do
 * not match their pin, also where `facts.arch` or another fact with few values chooses them. Arguments that
 * do not fit their schema once their variables are known are found on the way. A step is tried once for all hosts
 * to which its variables are the same.
 */
export async function checkArtifacts(programs: readonly HostProgram[]): Promise<readonly Diagnostic[]> {
  const findings = createHostFindings(programs);
  const local = new LocalAnswers();
  for (const { programs: group, classes: classesOf } of hostGroups(programs)) {
    const registered = new Map<string, Known>();
    for (const [index, first] of group[0].sections.entries()) {
      const sections = group.map((program) => program.sections[index] as ProgramSection);
      const classes = classesOf[index] as HostClasses;
      for (const name of first.play.lostResults ?? []) registered.set(name, { kind: 'any' });
      let unknown = unknownNames(registered.keys());
      for (const step of first.steps) {
        const context = { registered, local };
        const references = referencesOf(step, first.play);
        const split = step.flawed === true ? [] : classes.split('values', references, step.vars);
        // What depends on facts cannot be evaluated; the run asks for those and judges every host by itself.
        const evaluable = !step.args.isConstant && !classes.names(references, step.vars).includes('facts');
        let asksController = false;
        // Whether arguments fit does not depend on which letters a name has, unless something is wrong with some of them.
        const likeNoOther = split.length > 1 ? classes.likeNoOther(references, step.vars) : [0];
        let every = false;
        for (
          let tried = 0, at = 0;
          at < split.length;
          at = every ? at + 1 : (likeNoOther[tried] ?? split.length)
        ) {
          const hosts = split[at] as HostClass;
          const section = sections[hosts[0]] as ProgramSection;
          const program = group[hosts[0]] as HostProgram;
          // A step that asked nothing of the controller for one host asks nothing for another.
          const full: boolean = at === 0 || asksController;
          const checked: Checked = full
            ? await checkStep(step, section, program, context)
            : { found: evaluable ? checkArgsOnly(step, section, context, unknown) : [], asksController };
          asksController ||= checked.asksController;
          tried += 1;
          const names = () => hosts.map((host) => (group[host] as HostProgram).host);
          every ||= asksController || checked.found.length > 0;
          for (const diagnostic of checked.found) findings.add(diagnostic, first.play, names());
        }
        addResult(registered, step);
        if (step.register !== undefined) unknown = unknownNames(registered.keys());
      }
    }
  }
  return findings.diagnostics();
}

interface CheckContext {
  readonly registered: Registered;
  readonly local: LocalAnswers;
}

interface Checked {
  readonly found: readonly Diagnostic[];
  readonly asksController: boolean;
}

async function checkStep(
  step: PlaybookStep,
  section: ProgramSection,
  program: HostProgram,
  { registered, local }: CheckContext,
): Promise<Checked> {
  // Undefined variables are told by `buildPrograms`; what they break need not be told again.
  if (hasUndefined(step, section, registered)) return { found: [], asksController: true };
  const tries: TriedStep[] = [];
  for (const facts of factCandidates(step, section)) {
    tries.push(await tryStep(step, section, program, { facts, registered: registered.keys(), local }));
  }
  const found = judgeCandidates(step, tries);
  return { found, asksController: tries.some((tried) => tried.asksController) };
}

function hasUndefined(step: PlaybookStep, section: ProgramSection, registered: Registered): boolean {
  return (
    anyProblem(step, section, registered) &&
    checkStepVariables(step, section, registered, () => undefined).length > 0
  );
}

function checkArgsOnly(
  step: PlaybookStep,
  section: ProgramSection,
  { registered }: CheckContext,
  unknown: Readonly<Record<string, string>>,
): readonly Diagnostic[] {
  const wrong = wrongArgs(step, section, unknown);
  if (wrong === undefined || hasUndefined(step, section, registered)) return [];
  return judgeCandidates(step, [{ ...wrong, facts: {}, kind: 'wrong', asksController: false }]);
}
