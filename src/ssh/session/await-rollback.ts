import { type Shell, sh } from '../../shell/quote.ts';

/** How the name of everything begins that a guard puts on a host (see engine/guard). */
export const GUARD_PREFIX = 'provision-guard-';
/** What stands behind the name of a guard's directory, beside it, when it could not roll back: others cannot look into it. */
export const FAILED_SUFFIX = '.failed';

/** Seconds to wait at most: somewhat longer than a host takes until it goes back. */
const MOST = 50;

/**
 * - `p_left DIRECTORY`: whether a guard of root's may yet roll back.
 * - `p_pending`: whether any may whose change is of concern: root's, and the user's own. Those of others could be made up.
 *
 * `$p_lock` tells whether the user keeps its own elsewhere than root does.
 */
export const FIND_PENDING: Shell = sh`p_left() { [ -d "$1" ] && [ ! -e "$1"${FAILED_SUFFIX} ]; }
p_pending() {
  for p in /var/lib/${GUARD_PREFIX}* /run/${GUARD_PREFIX}*; do if p_left "$p"; then return 0; fi; done
  case $p_lock in /tmp/*)
    for p in /var/tmp/${GUARD_PREFIX}* /tmp/${GUARD_PREFIX}*; do
      if [ -d "$p" ] && [ -O "$p" ] && [ ! -e "$p/failed" ]; then return 0; fi
    done ;;
  esac
  return 1
}`;

/**
 * Waits until no change of another run is left that was not proven: what is looked at before would be undone afterwards. It
 * costs a few patterns of the shell, and no process where there is nothing to wait for; then `$p_tries` is 0. What could not be
 * rolled back is not waited for.
 */
export const AWAIT_ROLLBACK: Shell = sh`${FIND_PENDING}
p_tries=0; while p_pending && [ $p_tries -lt ${MOST} ]; do p_tries=$((p_tries + 1)); sleep 1; done`;
