import type { ConnectionFailure } from '../../ssh/errors.ts';
import type { Guarding } from './guarded.ts';
import type { GuardNeed } from './need.ts';

const SEE_LOG =
  'what the change does to logins is in the host\'s log (journalctl -u ssh), see also "After a rollback" in docs/operations.md';

const SAME_LOGIN = 'the new connection logs in as this run did, with its keys and passwords';

/** A firewall does not say that it refuses a connection for their number. */
const LIMITED =
  'does a firewall limit how many connections come in a minute ("limit" of ufw, fail2ban)? Each guarded step makes one more';

const NEW_PASSWORD =
  'a run cannot prove a change to the password that it logs in with, or that sudo or su asks it for: log in with a key (and let sudo ask for none), or make this change with --no-guard, with another way in at hand, and give the new password from then on';

/** Where other hosts are not reached through a host any more. */
export const BEHIND =
  'these hosts of the run are reached through this one: let it forward to them (AllowTcpForwarding, PermitOpen and DisableForwarding of sshd_config, the firewall), or run with --no-guard';

/**
 * What may have kept a new connection out after a change, and what to do. What is said of a login that never worked would lead
 * astray: this one had worked until the change.
 */
export function hintFor({ kind }: ConnectionFailure, { password }: GuardNeed, { session }: Guarding): string {
  if (kind === 'unreachable') return `${SEE_LOG}; ${LIMITED}`;
  const methods = session.loggedInBy?.map(({ method }) => method) ?? [];
  const byPassword = methods.includes('password') || methods.includes('keyboard-interactive');
  if (password === true && (kind === 'privilege' || (kind === 'login-refused' && byPassword)))
    return NEW_PASSWORD;
  return `${SEE_LOG}; ${SAME_LOGIN}`;
}
