import type { ConnectionFailure } from './errors.ts';

/**
 * Why a server opened no further channel, by what ssh2 or the system's ssh says then.
 *
 * @returns undefined when it is not about that.
 */
export function noChannel(said: string): ConnectionFailure | undefined {
  if (!/channel open failure|session open refused/i.test(said)) return undefined;
  return {
    kind: 'lost',
    message: 'no shell could be opened: the SSH server allows no further channel',
    hint: "does its sshd allow fewer channels on a connection than there are users to act as? (MaxSessions in sshd_config, by default 10; the system's ssh takes one more)",
  };
}
