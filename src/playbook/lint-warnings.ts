import type { Diagnostic } from '../documents/diagnostic.ts';
import type { HostProgram, ProgramSection } from '../engine/host-program.ts';
import type { Json } from '../engine/json.ts';
import { referencesOf } from './check-variables.ts';
import { createHostClasses } from './host-classes.ts';
import type { Play, PlaybookStep } from './model.ts';
import { problemAtOrigin } from './problem.ts';
import { templatesOf } from './step-templates.ts';

/** Results that no step uses. A name that begins with `_` says that this is meant. */
export function unusedResults(plays: readonly Play[]): readonly Diagnostic[] {
  const steps = plays.flatMap((play) => play.steps.map((step) => ({ step, play })));
  if (steps.some(({ step, play }) => templatesOf(step, play).incomplete)) return [];
  const tables = plays.map(({ vars }) => vars);
  const used = new Set(
    [
      ...steps.flatMap(({ step, play }) => [
        ...referencesOf(step, play),
        ...[...(step.vars?.keys() ?? [])].flatMap((name) => step.vars?.get(name)?.references ?? []),
      ]),
      ...tables.flatMap((table) => [...table.keys()].flatMap((name) => table.get(name)?.references ?? [])),
    ].map(({ path }) => path[0]),
  );
  return steps.flatMap(({ step }) => {
    const { register, registerOrigin } = step;
    if (register === undefined || register.startsWith('_') || used.has(register)) return [];
    const message = `no step uses the result \`${register}\``;
    return [warning(step, registerOrigin, 'unused-result', message, 'leave `register` out')];
  });
}

/** Variables of a play that nothing uses, on any host. Those of `vars_files` may be meant for other playbooks. */
export function unusedVariables(programs: readonly HostProgram[]): readonly Diagnostic[] {
  return [...sectionsByPlay(programs)].flatMap(([play, sections]) => {
    const [first] = sections;
    if (first === undefined || first.steps.length < play.steps.length) return [];
    if (play.steps.some((step) => templatesOf(step, play).incomplete)) return [];
    const classes = createHostClasses(sections);
    const used = new Set(first.steps.flatMap((step) => classes.names(referencesOf(step, play), step.vars)));
    return [...(play.varOrigins ?? [])].flatMap(([name, origin]) => {
      if (used.has(name) || name.startsWith('_') || origin.file !== play.hostsOrigin.file) return [];
      const message = `nothing uses the variable \`${name}\``;
      return [
        { ...problemAtOrigin(origin, { code: 'unused-variable', message }), severity: 'warning' as const },
      ];
    });
  });
}

/** A user to become where nothing says that another user is to be become. */
export function idleBecome(programs: readonly HostProgram[]): readonly Diagnostic[] {
  const idle = new Map<string, PlaybookStep>();
  const used = new Set<string>();
  for (const { sections, become } of programs) {
    for (const step of sections.flatMap(({ steps }) => steps)) {
      if (step.becomeUser === undefined) continue;
      if (step.become ?? become.enabled) used.add(step.id);
      else idle.set(step.id, step);
    }
  }
  return [...idle.values()].flatMap((step) => {
    if (used.has(step.id)) return [];
    const message = '`become_user` has no effect without `become`';
    return [warning(step, step.kindOrigin, 'idle-become-user', message, 'write `become: true` beside it')];
  });
}

/** Commands that run on every apply and so can say nothing about drift. */
export function runsAlways(plays: readonly Play[]): readonly Diagnostic[] {
  const steps = plays.flatMap(({ steps }) => steps);
  return steps.flatMap((step) => {
    if (step.kind.name !== 'command' || isGuarded(step)) return [];
    const message = 'this command runs on every apply, whatever state the host is in';
    const hint =
      'say when there is nothing to do (`creates`, `removes`, `unless`), or that it changes nothing (`read_only: true`)';
    return [warning(step, step.kindOrigin, 'runs-always', message, hint)];
  });
}

/** Also by its condition, when that looks at what an earlier step did: such a command follows a change. */
function isGuarded({ kind, args, when }: PlaybookStep): boolean {
  const normal = kind.normalize?.(args.raw as Json) ?? args.raw;
  if (typeof normal !== 'object' || normal === null) return true;
  const { read_only: readOnly } = normal as { readonly read_only?: unknown };
  if (['creates', 'removes', 'unless'].some((key) => key in normal)) return true;
  return (
    (readOnly !== undefined && readOnly !== false) || when.some(({ source }) => /\.changed\b/.test(source))
  );
}

function sectionsByPlay(programs: readonly HostProgram[]): ReadonlyMap<Play, readonly ProgramSection[]> {
  const found = new Map<Play, ProgramSection[]>();
  for (const section of programs.flatMap(({ sections }) => sections)) {
    const mine = found.get(section.play);
    if (mine === undefined) found.set(section.play, [section]);
    else mine.push(section);
  }
  return found;
}

function warning(
  step: PlaybookStep,
  origin: PlaybookStep['kindOrigin'],
  code: string,
  message: string,
  hint: string,
): Diagnostic {
  return { ...problemAtOrigin(origin ?? step.origin, { code, message, hint }), severity: 'warning' };
}
