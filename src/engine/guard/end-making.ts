import { PROCESS } from '../../shell/process.ts';
import { joinShell, type Shell, sh } from '../../shell/quote.ts';

/** `making` tells whether the change whose guard's directory is `$G` is still being made: its shell is there, and has not said that it is. */
export const MAKING: Shell = joinShell([
  PROCESS,
  sh`making() {
  [ ! -e "$G/applied" ] || return 1
  read -r pid began <"$G/shell"
  p_stat "$pid" && [ "$p_began" = "$began" ]
}`,
]);

/**
 * Nothing of a change may go on while it is rolled back, and make afterwards what was undone: the process group of its shell
 * is ended, TERM first. A server gives each channel a session, so that its group is the channel's; a shell that is in
 * somebody else's group is ended alone. One by one, because this program may be in that group itself where there is no setsid. Stands after `making`.
 */
export const END_MAKING: Shell = sh`members() {
  for one in /proc/[0-9]*; do
    one=\${one#/proc/}
    p_stat "$one" || continue
    if [ "$p_state" = Z ] || [ "$one" = $$ ]; then continue; fi
    if [ "$one" = "$pid" ] || [ "$p_group" = "$group" ]; then printf '%s ' "$one"; fi
  done
}
end_making() {
  making || return 0
  group=$p_group
  if [ "$group" != "$pid" ] && [ "$group" != "$p_session" ]; then group=none; fi
  for signal in TERM KILL; do
    tries=0
    while left=$(members); [ -n "$left" ] && [ $tries -lt 3 ]; do
      kill -s $signal $left 2>/dev/null
      tries=$((tries + 1))
      sleep 1
    done
  done
}`;
