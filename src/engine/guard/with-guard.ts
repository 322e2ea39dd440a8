import type { ActContext } from '../act.ts';
import type { Instance } from '../evaluate.ts';
import { actingUser } from '../host-program.ts';
import type { Framing, Performed } from '../perform.ts';
import type { Action } from '../step-kind.ts';
import type { GuardState } from './guarded.ts';
import type { GuardNeed } from './need.ts';

/**
 * Does the work of a step: under guard where its changes can cut the way in, and without any where they cannot.
 *
 * @param limit seconds that the work may take.
 * @param work carries out the step's actions, then those of the guard, within a guard's framing.
 */
export async function withGuard(
  need: GuardNeed | undefined,
  { step, ref }: Instance,
  { program, session, emit, reconnect }: ActContext,
  limit: number,
  work: (framing?: Framing, checks?: readonly Action[]) => Promise<Performed>,
): Promise<Performed> {
  if (need === undefined) return await work();
  const told = (state: GuardState, reason?: string): void => {
    const more = reason === undefined ? {} : { reason };
    emit({ type: 'guard', host: program.host, step: ref, state, what: need.what, ...more });
  };
  if (reconnect === undefined) {
    told('off');
    return await work();
  }
  const { guarded } = await import('./guarded.ts');
  const { loginUser } = program;
  return await guarded(
    need,
    { session, reconnect, user: actingUser(program, step), loginUser, limit, told },
    work,
  );
}
