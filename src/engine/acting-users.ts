import { accountLook } from '../looks/account.ts';
import { actingUser, type HostProgram } from './host-program.ts';
import type { HostState } from './host-state.ts';
import { storeKey } from './store-key.ts';

/**
 * The users as whom a run acts on a host, root first. One that the run is yet to create has no shell to lock with: who creates
 * it has root's lock.
 */
export function usersToLock(program: HostProgram, state: HostState): readonly string[] {
  const isThere = (user: string): boolean => {
    if (isSurelyThere(user, program)) return true;
    const account = state.answers.get(storeKey(accountLook(user), program.loginUser));
    return (account as { readonly exists?: boolean } | undefined)?.exists === true;
  };
  return actingUsers(program).filter(isThere);
}

/** The users as whom the steps of a program act, root first, in an order that is the same for all runs. */
export function actingUsers(program: HostProgram): readonly string[] {
  const users = program.sections.flatMap(({ steps }) => steps.map((step) => actingUser(program, step)));
  const order = (user: string): string => (user === 'root' ? '' : user);
  return [...new Set(users)].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** Whether a user is root or logs in: without these two there is no session. */
export function isSurelyThere(user: string, { loginUser }: HostProgram): boolean {
  return user === 'root' || user === loginUser;
}
