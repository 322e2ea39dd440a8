import { type Shell, sh } from '../../shell/quote.ts';

/** What ends the work of a run that has lost its host. */
export interface Watch {
  /** Milliseconds between two signs of life that the controller sends; 0 when it sends none. */
  readonly keepalive: number;
  /** After so many without an answer the controller gives up. */
  readonly keepaliveCount: number;
  /** Seconds that a script may go on once the connection has ended. */
  readonly limit: number;
}

/** So many times longer than the controller the host waits: until then it may yet hear. */
const LONGER = 2;

/**
 * Begins to watch over the shell, as a process beside it (`$p_watch`) that goes with it. The body of a function; `p_stat` is
 * there (shell/process.ts).
 *
 * A connection that breaks in silence (a cable, a firewall that forgets, a controller without power) tells the host nothing: its
 * server would wait for hours, and so would the shell, and a script that reads a file, with the lock. The controller's signs
 * of life wake the server; one that was not woken any more is ended, and then the shell reads the end of its input. A script
 * that goes on for too long after that is ended too.
 *
 * Whether a process was woken is told by its context switches, which every user may read.
 */
export function watchScript({ keepalive, keepaliveCount, limit }: Watch): Shell {
  const most = keepaliveCount + LONGER;
  const pause = keepalive === 0 ? 10 : Math.max(1, Math.ceil(keepalive / 1000));
  return sh`p_server=$$
while [ "$p_server" -gt 1 ]; do
  name=; above=0
  while read -r key value; do case $key in Name:) name=$value ;; PPid:) above=$value; break ;; esac; done <"/proc/$p_server/status"
  case $name in sshd*|dropbear*) break ;; esac
  p_server=$above
done 2>/dev/null
switches() {
  now=
  while read -r key value; do case $key in *ctxt_switches:) now=$now.$value ;; esac; done <"/proc/$p_server/status"
} 2>/dev/null
pause() { sleep "$1" & wait $!; }
watch() {
  trap 'kill $! 2>/dev/null; exit 0' TERM
  silent=0; before=; gone=0
  while pause ${pause} && [ -d /proc/$$ ]; do
    if [ ! -d "/proc/$p_server" ]; then
      gone=$((gone + ${pause}))
      [ $gone -ge ${limit} ] || continue
      p_stat $$ || exit 0
      trap '' TERM; kill -TERM "-$p_group"; pause 5; kill -KILL "-$p_group"
    fi
    switches
    if [ "$now" != "$before" ]; then before=$now; silent=0; continue; fi
    silent=$((silent + 1))
    [ $silent -lt ${most} ] || [ ${keepalive} -eq 0 ] || kill "$p_server"
  done
}
p_watch=
if [ "$p_server" -gt 1 ]; then watch 7>&- </dev/null >/dev/null 2>&1 & p_watch=$!; fi
return 0`;
}
