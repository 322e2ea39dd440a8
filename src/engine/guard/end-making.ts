import { type Shell, sh } from '../../shell/quote.ts';

/** `making` tells whether the change whose guard's directory is `$G` is still being made: its shell is there, and has not said that it is. */
export const MAKING: Shell = sh`making() {
  [ ! -e "$G/applied" ] || return 1
  read -r pid began <"$G/shell"
  IFS= read -r s 2>/dev/null <"/proc/$pid/stat" || return 1
  set -- \${s##*) }
  [ "\${20}" = "$began" ]
}`;

/**
 * Nothing of a change may go on while it is rolled back, and make afterwards what was undone: the process group of its shell
 * is ended, TERM first. A server gives each channel a session, so that its group is the channel's; a shell that is in
 * somebody else's group is ended alone. One by one, because this program may be in that group itself where there is no setsid.
 */
export const END_MAKING: Shell = sh`members() {
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
