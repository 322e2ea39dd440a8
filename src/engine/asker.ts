import { type AccountState, accountLook } from '../looks/account.ts';
import { toolLook } from '../looks/tool.ts';
import type { EvaluationContext } from './evaluation.ts';
import { becomeMethodOf } from './host-program.ts';
import { type HostLook, LookError } from './look.ts';
import { storeKey } from './store-key.ts';
import { StepFailure } from './view.ts';

/**
 * Who asks the host what a step of this user wants to know. That is the user itself, but nobody can ask as a user that
 * an earlier step is yet to create: then root asks in its place, who creates it anyway. What it takes to become that user
 * is found out along the way: when apply comes to it, the steps before are made.
 *
 * @param seen takes the looks that this rests on.
 * @returns undefined while it is not known whether the user exists.
 * @throws StepFailure when the user does not exist and nothing creates it, or there is no sudo (su, doas).
 */
export function askerFor(
  user: string,
  context: EvaluationContext,
  seen?: Map<string, HostLook<unknown>>,
): string | undefined {
  const { program, overlay } = context;
  // These two must be there: without them there is no session.
  if (context.anyUser === true || user === program.loginUser || user === 'root') return user;
  const look = accountLook(user);
  const now = ask(look, context, seen);
  const method = becomeMethodOf(program, user);
  const tool = ask(toolLook(method), context, seen);
  if (now === undefined) return undefined;
  const comes = (overlay.answer(look.key)?.value as AccountState | undefined)?.exists === true;
  if (now.exists || comes) {
    if (tool === undefined) return undefined;
    if (!tool) failWithout(method, user, program.loginUser);
    return now.exists ? user : 'root';
  }
  throw new StepFailure(
    `the user "${user}", as whom this step acts, does not exist on this host, and no earlier step creates it`,
    `add a "user: {name: ${user}}" step before this one`,
  );
}

/** Asks as the login user; undefined while there is no answer. */
function ask<Answer>(
  look: HostLook<Answer>,
  { program, state, missing }: EvaluationContext,
  seen: Map<string, HostLook<unknown>> | undefined,
): Answer | undefined {
  const key = storeKey(look, program.loginUser);
  seen?.set(key, look);
  if (!state.answers.has(key)) {
    missing.set(key, look);
    return undefined;
  }
  const answer = state.answers.get(key) as Answer | LookError;
  if (answer instanceof LookError) throw new StepFailure(answer.message);
  return answer;
}

function failWithout(method: string, user: string, loginUser: string): never {
  throw new StepFailure(
    `"${loginUser}" becomes "${user}", as whom this step acts, with ${method}, and this host has no ${method}`,
    `install ${method} in an earlier step, set become_method to what the host has (sudo, su, doas), log in as ${user}, or leave "become_user" out and give what is made to ${user} with "owner"`,
  );
}
