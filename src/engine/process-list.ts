import type { Scope } from '../expressions/scope.ts';
import type { StepProblem } from './events.ts';
import type { PlaybookStep } from './playbook.ts';

/** A secret where everyone on the host could read it in the list of processes; undefined when there is none. */
export function secretInProcessList(
  { kind, args }: Pick<PlaybookStep, 'kind' | 'args'>,
  scope: Scope,
): StepProblem | undefined {
  const { processList: names = [] } = kind;
  const { members } = args;
  // Of a short form, text or a list, there is no member.
  const shown =
    members === undefined
      ? [[names.length === 0 ? undefined : kind.name, args] as const]
      : names.map((name) => [name, members.get(name)] as const);
  for (const [name, value] of shown) {
    if (name === undefined || value === undefined) continue;
    const result = value.evaluate(scope);
    if (!result.ok || !result.sensitive) continue;
    return {
      message: `${kind.name}: \`${name}\` holds a secret, which everyone on the host could read in its list of processes`,
      hint: 'hand it over in `env`, or in `stdin`',
    };
  }
  return undefined;
}
