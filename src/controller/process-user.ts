import { homedir, userInfo } from 'node:os';

/** The name of the user of this process, as with ssh; undefined where a container gives a number without a name. */
export function processUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

/** The home directory of this process; the root where neither HOME nor the system tells one. */
export function processHome(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}

/** What is said when nobody is named to log in as. */
export const NO_LOGIN_USER = {
  severity: 'error',
  code: 'no-login-user',
  message: `nobody says who logs in, and the user of this process (${process.getuid?.() ?? 'unknown'}) has no name`,
  hint: 'set ansible_user in the inventory, or give --user',
} as const;
