import { type AccountState, accountLook } from '../looks/account.ts';
import type { EvaluationContext } from './evaluate.ts';
import { type HostLook, LookError } from './look.ts';
import { storeKey } from './store-key.ts';
import { StepFailure, Unpredictable } from './view.ts';

/**
 * Who asks the host what a step of this user wants to know. That is the user itself, but nobody can ask as a user that
 * an earlier step is yet to create: then root asks in its place, who creates it anyway.
 *
 * @param seen takes the look that this rests on.
 * @returns undefined while it is not known whether the user exists.
 * @throws StepFailure when the user does not exist and nothing creates it; Unpredictable when something may.
 */
export function askerFor(
  user: string,
  context: EvaluationContext,
  seen?: Map<string, HostLook<unknown>>,
): string | undefined {
  const { program, state, overlay, missing } = context;
  // These two must be there: without them there is no session.
  if (user === program.loginUser || user === 'root') return user;
  const look = accountLook(user);
  const key = storeKey(look, program.loginUser);
  seen?.set(key, look);
  const now = state.answers.get(key) as AccountState | LookError | undefined;
  if (now === undefined) {
    missing.set(key, look);
    return undefined;
  }
  if (now instanceof LookError) throw new StepFailure(now.message);
  if (now.exists) return user;
  if ((overlay.answer(look.key)?.value as AccountState | undefined)?.exists === true) return 'root';
  const message = `the user "${user}", as whom this step acts, does not exist on this host, and no earlier step creates it`;
  const [maybe] = overlay.anything();
  if (maybe !== undefined) throw new Unpredictable(`${message}, unless it is brought by ${maybe.reason}`);
  throw new StepFailure(message, `add a "user: {name: ${user}}" step before this one`);
}
