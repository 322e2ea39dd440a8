import type { Diagnostic } from '../documents/diagnostic.ts';
import type { HostProgram, ProgramSection } from '../engine/host-program.ts';
import type { Json } from '../engine/json.ts';
import type { Play, PlaybookStep } from '../engine/playbook.ts';
import { type HostClasses, hostGroups } from './host-classes.ts';
import { problemAtOrigin } from './problem.ts';
import { referencesOf } from './step-references.ts';
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
  const used = new Map<Play, Set<string>>();
  for (const { section, classes } of sectionsOfGroups(programs)) {
    const { play, steps } = section;
    // Steps that tags leave out, and templates that cannot be read, may use anything.
    if (steps.length < play.steps.length || steps.some((step) => templatesOf(step, play).incomplete))
      continue;
    const names = used.get(play) ?? new Set();
    used.set(play, names);
    for (const step of steps) {
      for (const name of classes.names(referencesOf(step, play), step.vars)) names.add(name);
    }
  }
  return [...used].flatMap(([play, names]) =>
    [...(play.varOrigins ?? [])].flatMap(([name, origin]) => {
      if (names.has(name) || name.startsWith('_') || origin.file !== play.hostsOrigin.file) return [];
      const message = `nothing uses the variable \`${name}\``;
      return [
        { ...problemAtOrigin(origin, { code: 'unused-variable', message }), severity: 'warning' as const },
      ];
    }),
  );
}

/** Each template once, however many steps render it. */
export function templateWarnings(plays: readonly Play[]): readonly Diagnostic[] {
  const found = new Map<string, readonly Diagnostic[]>();
  for (const play of plays) {
    for (const step of play.steps) {
      for (const { warnings } of templatesOf(step, play).templates) {
        const [first] = warnings;
        if (first !== undefined) found.set(first.file ?? '', warnings);
      }
    }
  }
  return [...found.values()].flat();
}

/** A user or way to become where nothing says that another user is to be become. */
export function idleBecome(programs: readonly HostProgram[]): readonly Diagnostic[] {
  const enabled = new Set(
    programs.flatMap(({ become, sections }) => (become.enabled ? sections.map(({ play }) => play) : [])),
  );
  const steps = sectionsOfGroups(programs).flatMap(({ section: { play, steps } }) =>
    steps.filter(
      ({ become, becomeUser, becomeMethod }) =>
        (becomeUser ?? becomeMethod) !== undefined && !(become ?? enabled.has(play)),
    ),
  );
  return [...new Map(steps.map((step) => [step.id, step])).values()].map((step) => {
    const key = step.becomeUser === undefined ? 'become_method' : 'become_user';
    const message = `\`${key}\` has no effect without \`become\``;
    return warning(step, step.kindOrigin, 'idle-become-user', message, 'write `become: true` beside it');
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

/** One section for each play and group of hosts: the others have the same steps. */
function sectionsOfGroups(
  programs: readonly HostProgram[],
): readonly { readonly section: ProgramSection; readonly classes: HostClasses }[] {
  return hostGroups(programs).flatMap(({ programs: [first], classes }) =>
    first.sections.map((section, at) => ({ section, classes: classes[at] as HostClasses })),
  );
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
