import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import { PRELUDE } from '../../ssh/prelude.ts';
import { cleanUp, WINDOW } from './host-files.ts';
import type { GuardNeed } from './need.ts';
import { restoreSnapshot } from './snapshot.ts';

/** Seconds that a change which is still being made gets to end before it is rolled back. */
const PATIENCE = 20;

/**
 * Nothing of a change may go on while it is rolled back, and make afterwards what was undone: the process group of its shell
 * is ended, TERM first. A server gives each channel a session, so that its group is the channel's; a shell that is in
 * somebody else's group is ended alone. One by one, because this program may be in that group itself where there is no setsid.
 */
const END_MAKING: Shell = sh`members() {
  for one in /proc/[0-9]*; do
    IFS= read -r s 2>/dev/null <"$one/stat" || continue
    set -- \${s##*) }
    one=\${one#/proc/}
    if [ "$1" = Z ] || [ "$one" = $$ ]; then continue; fi
    if [ "$one" = "$pid" ] || [ "$3" = "$group" ]; then printf '%s ' "$one"; fi
  done
}
end_making() {
  making || return 0
  read -r pid began <"$G/shell"
  IFS= read -r s 2>/dev/null <"/proc/$pid/stat" || return 0
  set -- \${s##*) }
  group=$3
  if [ "$group" != "$pid" ] && [ "$group" != "$4" ]; then group=none; fi
  for signal in TERM KILL; do
    tries=0
    while left=$(members); [ -n "$left" ] && [ $tries -lt 3 ]; do
      kill -s $signal $left 2>/dev/null
      tries=$((tries + 1))
      sleep 1
    done
  done
}`;

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
    sh`making() {
  [ ! -e "$G/applied" ] || return 1
  read -r pid began <"$G/shell"
  IFS= read -r s 2>/dev/null <"/proc/$pid/stat" || return 1
  set -- \${s##*) }
  [ "\${20}" = "$began" ]
}`,
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
    calm=0 busy=0
    while [ -e "$G/armed" ] && [ ! -e "$G/fire" ] && [ $calm -lt ${WINDOW} ]; do
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
    rm -f "$G/failed"
    [ "$mode_of_run" = boot ] || end_making
    go_back >"$G/said" 2>&1
    if [ -n "$failed" ]; then
      { echo "could not be put back:$failed"; cat "$G/said"; } >"$G/failed.new"
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
