/** How often in a row a password is tried that was right before: what turns it away is something else, and may be undone just now. */
const MOST_WHERE_RIGHT = 3;

/**
 * Whether a password must not be tried again: a wrong one is tried once, as accounts lock after a few failures
 * (pam_faillock(8)).
 *
 * @param failures how often in a row it was tried and not taken.
 * @param wasRight whether it was taken before these.
 */
export function isSpent(failures: number, wasRight: boolean): boolean {
  return failures >= (wasRight ? MOST_WHERE_RIGHT : 1);
}
