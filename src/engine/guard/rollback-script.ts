import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import { FAILED_SUFFIX } from '../../ssh/session/await-rollback.ts';
import { PRELUDE } from '../../ssh/session/prelude.ts';
import { END_MAKING, MAKING } from './end-making.ts';
import { cleanUp, WINDOW } from './host-files.ts';
import type { GuardNeed } from './need.ts';
import { restoreSnapshot } from './snapshot.ts';

/** Seconds that a change which is still being made gets to end before it is rolled back. */
const PATIENCE = 20;

/**
 * The program that waits on the host and goes back. It is one for all ways: whoever wants a rollback tells it to (`fire`),
 * or says nothing for too long. Only who renames `armed` may act: a rollback and the controller's "it is fine" can never
 * both happen.
 *
 * `$1` is the guard's directory; `$2` is `watch`, or `boot` when the host has been restarted, or `now` when nobody watches.
 *
 * @param limit seconds that the change itself may take.
 */
export function rollbackScript(need: GuardNeed, token: string, limit: number): Shell {
  const settle = need.settle ?? sh`:`;
  return joinShell([
    sh`umask 077; export LC_ALL=C; cd /; trap '' HUP`,
    PRELUDE,
    sh`G=$1 mode_of_run=$2`,
    MAKING,
    END_MAKING,
    sh`go_back() {`,
    restoreSnapshot(need, token),
    sh`if [ "$mode_of_run" != boot ]; then
  ( set -eu
${settle}
  ); [ $? -eq 0 ] || failed="$failed (what runs)"
fi
}`,
    sh`main() {
  if [ "$mode_of_run" = watch ]; then
    echo $$ >"$G/pid.new"; mv "$G/pid.new" "$G/pid"
    # Where nothing goes back at the next boot this is the last moment when the host goes down, or ends all of a user that has
    # gone. Called off it is ended in the same way.
    if [ "$(id -u)" != 0 ] || [ ! -d /run/systemd/system ]; then trap '[ -e "$G/armed" ] || exit 0; calm=${WINDOW}' TERM; fi
    calm=0 busy=0
    while [ -e "$G/armed" ] && [ ! -e "$G/fire" ] && [ $calm -lt ${WINDOW} ]; do
      if [ -e "$G/more" ]; then read -r more <"$G/more"; rm -f "$G/more"; calm=$((${WINDOW} - more)); fi
      if [ -e "$G/applied" ]; then calm=$((calm + 1))
      elif making; then busy=$((busy + 1)); [ $busy -lt ${limit} ] || break
      else break
      fi
      sleep 1
    done
    busy=0
    while [ -e "$G/armed" ] && [ $busy -lt ${PATIENCE} ] && making; do busy=$((busy + 1)); sleep 1; done
  fi
  # Outside of the watch there is nobody else: what was begun and cut off is done again.
  if mv "$G/armed" "$G/firing" 2>/dev/null || { [ "$mode_of_run" != watch ] && [ -e "$G/firing" ]; }; then
    rm -f "$G/failed" "$G"${FAILED_SUFFIX}
    [ "$mode_of_run" = boot ] || end_making
    go_back >"$G/said" 2>&1
    if [ -n "$failed" ]; then
      { echo "could not be put back:$failed"; cat "$G/said"; } >"$G/failed.new"
      : >"$G"${FAILED_SUFFIX}
      mv "$G/failed.new" "$G/failed"
      exit 1
    fi
  elif [ -e "$G/firing" ]; then exit 1
  fi
  clean_up
}
clean_up() {
  ${cleanUp(token)}
}
main
exit 0`,
  ]);
}
