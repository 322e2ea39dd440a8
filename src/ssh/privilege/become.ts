import type { BecomeMethod } from '../../inventory/become-methods.ts';
import type { BecomePassword } from './password.ts';

/** How the login user becomes others on a host. */
export interface Become {
  /** Where `methods` says nothing of a user. */
  readonly method: BecomeMethod;
  /** By the user to become. */
  readonly methods?: ReadonlyMap<string, BecomeMethod>;
  /** Absent: it must work without one. One object for a host and a run, so that a wrong password is tried once. */
  readonly password?: BecomePassword;
}

export const DEFAULT_BECOME: Become = { method: 'sudo' };

/** By which program a user is become. */
export function methodFor({ method, methods }: Become, user: string): BecomeMethod {
  return methods?.get(user) ?? method;
}
