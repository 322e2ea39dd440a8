import type { ActContext } from '../act.ts';
import type { Instance } from '../expand-step.ts';
import { actingUser } from '../host-program.ts';
import type { Framing, Performed } from '../perform.ts';
import type { Action } from '../step-kind.ts';
import type { GuardState, Objection } from './guarded.ts';
import type { GuardNeed } from './need.ts';

export interface StepGuard {
  /** Absent where the step's changes cannot cut the way in. */
  readonly need: GuardNeed | undefined;
  /** Seconds that the work may take. */
  readonly limit: number;
  /** What the step's programs say is not told. */
  readonly hidden: boolean;
}

/**
 * Does the work of a step: under guard where its changes can cut the way in, and without any where they cannot.
 *
 * @param work carries out the step's actions, then those of the guard, within a guard's framing.
 */
export async function withGuard(
  { need, limit, hidden }: StepGuard,
  { step, ref }: Instance,
  { program, session, emit, reconnect, passage }: ActContext,
  work: (framing?: Framing, checks?: readonly Action[]) => Promise<Performed>,
): Promise<Performed> {
  if (need === undefined) return await work();
  const told = (state: GuardState, against?: Objection): void => {
    // What the step's own programs said may hold what is hidden; that of the new connection is the engine's own word.
    const more =
      against === undefined || (hidden && against.broken === true) ? {} : { reason: against.reason };
    emit({ type: 'guard', host: program.host, step: ref, state, what: need.what, ...more });
  };
  if (reconnect === undefined) {
    told('off');
    return await work();
  }
  const { guarded } = await import('./guarded.ts');
  const { loginUser } = program;
  const behind = passage?.();
  const guarding = { session, reconnect, user: actingUser(program, step), loginUser, limit, told };
  return await guarded(need, behind === undefined ? guarding : { ...guarding, behind }, work);
}
