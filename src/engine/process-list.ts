import type { Scope } from '../expressions/scope.ts';
import type { CompiledValue } from '../expressions/value.ts';
import type { StepProblem } from './events.ts';
import type { PlaybookStep } from './playbook.ts';

/** A secret where everyone on the host could read it in the list of processes; undefined when there is none. */
export function secretInProcessList(
  step: Pick<PlaybookStep, 'kind' | 'args'>,
  scope: Scope,
): StepProblem | undefined {
  for (const [name, value] of shownArguments(step)) {
    const result = value.evaluate(scope);
    if (result.ok && result.sensitive) return secretShown(step, name);
  }
  return undefined;
}

/** The arguments that stand in a host's list of processes, by name. */
export function shownArguments({
  kind,
  args,
}: Pick<PlaybookStep, 'kind' | 'args'>): readonly (readonly [string, CompiledValue])[] {
  const { processList: names = [] } = kind;
  const { members } = args;
  // Of a short form, text or a list, there is no member.
  if (members === undefined) return names.length === 0 ? [] : [[kind.name, args]];
  return names.flatMap((name) => {
    const value = members.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** What is said of a secret in one of them. */
export function secretShown({ kind }: Pick<PlaybookStep, 'kind'>, name: string): StepProblem {
  return {
    message: `${kind.name}: \`${name}\` holds a secret, which everyone on the host could read in its list of processes`,
    hint: 'hand it over in `env`, or in `stdin`',
  };
}
