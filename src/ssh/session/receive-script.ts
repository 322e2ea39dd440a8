import { AT_ONCE } from '../../shell/input.ts';
import { type Shell, sh } from '../../shell/quote.ts';

/**
 * Functions for scripts that take their input themselves (`ScriptInput.taken`). Such a script stands in a subshell of its own
 * after `p_begin SIZE [TOKEN]`. Its standard input is empty, and the request's is descriptor 4.
 *
 * - `p_receive [OPERAND…]`: writes the input to standard output, whole or up to an error. `dd` says how many blocks it has
 *   read, which tells what is left. It gets the operands as well: `conv=fsync` has the last of them on the disk. Empties
 *   `p_whole` where `dd` did not say that it has read and written all.
 * - `p_token`: 1 where the input is the beginning of a file whose other parts come elsewhere, and a token behind it, a byte that
 *   `p_receive` leaves (`ScriptInput.tokenFollows`); otherwise 0.
 * - `p_await_parts`: takes the token, if there is one, and so waits until the other parts are there or have failed. Fails where it
 *   does not come.
 * - `p_tidy`: what is to be done at the script's end, however it ends; the script may define it, and finds its status in
 *   `p_rc`.
 * - `p_end`: then throws away what is left of the input. Status 100 and above says that the input is read to its end: no
 *   other way to end has it, as a signal has 129 and more. The script's own is cut to 25.
 *
 * While `dd` reads nobody knows what is left, and `p_owed` is empty: a signal may come between the two.
 */
export const RECEIVE_PRELUDE: Shell = sh`p_begin() {
  exec 4<&0 </dev/null
  p_owed=$1
  p_token=\${2:-0}
  p_whole=1
  trap p_end EXIT
  trap 'exit 25' HUP TERM INT PIPE
}
p_tidy() { :; }
p_end() {
  p_rc=$?
  set +e
  trap '' HUP TERM INT PIPE
  p_tidy
  [ -n "$p_owed" ] || exit 1
  p_input "$p_owed" <&4 >/dev/null || exit 1
  [ $p_rc -le 25 ] || p_rc=25
  exit $((p_rc + 100))
}
p_receive() {
  p_blocks ${AT_ONCE} $(((p_owed - p_token) / ${AT_ONCE})) "$@" && p_blocks $(((p_owed - p_token) % ${AT_ONCE})) 1 "$@"
}
p_await_parts() {
  [ $p_token -eq 1 ] || return 0
  p_token=0 p_owed=
  case $(dd bs=1 count=1 <&4 2>/dev/null) in .) p_owed=0 ;; *) return 1 ;; esac
}
p_blocks() {
  p_size=$1 p_count=$2
  shift 2
  [ $((p_size * p_count)) -gt 0 ] || return 0
  p_left=$p_owed p_owed=
  if { p_said=$(dd bs=$p_size count=$p_count iflag=fullblock "$@" <&4 2>&1 >&5); } 5>&1; then
    case $p_said in "$p_count+0 records in"*"$p_count+0 records out"*) ;; *) p_whole= ;; esac
    p_owed=$((p_left - p_size * p_count))
    return 0
  fi
  # Where it does not say so, nobody knows what is left.
  case $p_said in *[0-9]+*' records in'*) ;; *) printf '%s\n' "$p_said" >&2; return 1 ;; esac
  p_said=\${p_said%+* records in*}
  p_full=\${p_said##*[!0-9]}
  p_owed=$((p_left - p_size * p_full))
  printf '%s\n' "\${p_said%"$p_full"}" >&2
  return 1
}`;
