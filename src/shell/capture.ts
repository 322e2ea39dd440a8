import { joinShell, type Shell, sh } from './quote.ts';

/**
 * Runs somebody else's command so that it can do no harm to the session: what it and its children write comes out of
 * this script's own standard output and error, and once the command has ended nothing more does, even when
 * children of it live on and hold its output open. The exit status is the command's.
 *
 * The two outputs go through pipes to a `cat` each. The third pipe carries process numbers and the exit status to
 * the last part, which lets the `cat`s finish, and ends them when they are still waiting 2 s later: then it is a
 * child in the background that keeps the pipe open. One that is still copying is left alone, but not for more than a
 * minute: it may be a child that goes on writing. A command that kills its
 * parent leaves no status: that counts as killed.
 *
 * The command does not get the session's lock on the host (descriptor 7): what it starts in the background must not keep it. What
 * stands around the command has it as long as the command runs.
 *
 * A fork costs a host about 0.4 ms, a program 1 ms: the first pauses are forks of nothing, as most commands leave nothing to
 * wait for; and a `cat` takes the place of the shell that would start it, which has its number from the kernel. Where that
 * does not tell the number of this shell right (/proc of other processes than ours, or none) a shell starts it and is told.
 */
export function captured(command: Shell): Shell {
  return joinShell([
    sh`own=; if { read -r p name state parent rest </proc/self/stat; } 2>/dev/null; then
  case $$ in "$p" | "$parent") own=y ;; esac
fi
copy() {
  if [ -n "$own" ] && { read -r p rest </proc/self/stat; } 2>/dev/null; then
    printf 'pid %s\\n' "$p" >&3
    exec cat >&$1 2>&9 3>&- 4>&-
  fi
  exec 5<&0
  cat <&5 >&$1 2>&9 3>&- 4>&- &
  printf 'pid %s\\n' $! >&3
  exec 3>&- 4>&- >&-
  wait $! 2>/dev/null || :
}
busy() {
  io=
  for p in $pids; do
    if kill -0 $p 2>/dev/null; then io="$io $p"; read -r key value </proc/$p/io && io="$io:$value"; fi
  done 2>/dev/null
  [ -n "$io" ]
}
settle() {
  rc=137; pids=; seen=0
  while [ $seen -lt 3 ] && read -r key value; do
    seen=$((seen + 1))
    case $key in pid) pids="$pids $value" ;; rc) rc=$value ;; esac
  done
  waited=0; before= rounds=0
  while [ $waited -lt 27 ] && [ $rounds -lt 500 ] && busy; do
    rounds=$((rounds + 1))
    if [ "$io" != "$before" ]; then
      before=$io; waited=0
      if [ $rounds -gt 14 ]; then waited=12; fi
    fi
    waited=$((waited + 1))
    if [ $waited -lt 7 ]; then (:); elif [ $waited -lt 12 ]; then sleep 0.01 2>/dev/null || sleep 1
    else sleep 0.12 2>/dev/null || sleep 1; fi
  done
  if busy; then
    for p in $io; do kill -PIPE "\${p%%:*}" 2>/dev/null || :; done
    if busy; then for p in $io; do kill -KILL "\${p%%:*}" 2>/dev/null || :; done; fi
  fi
  return $rc
}
{ {
  {
    {
      rc=0; (`,
    command,
    sh`) 3>&- 4>&- 7>&- 8>&- 9>&- || rc=$?
      printf 'rc %s\\n' $rc >&3
    } 2>&4 | copy 8
  } 4>&1 | copy 9
} 3>&1 | settle; } 8>&1 9>&2 2>/dev/null`,
  ]);
}

/**
 * Replaces the shell by a program in a process group of its own, so that `kill 0` reaches only itself, ended when the time
 * is over (with status 124): TERM, and KILL 5 s later. The time is less when that of the whole host ends before (`$p_limit`).
 *
 * GNU's `timeout` makes the group by itself; it is known by being a file of its own, not one of many names of one program.
 * Others are asked whether they know `-k`.
 */
export function execLimited(argv: readonly string[], seconds: number): Shell {
  return sh`set -- ${argv}
limit=${seconds}; if [ "\${p_limit:-$limit}" -lt "$limit" ]; then limit=$p_limit; fi
IFS=:; for d in $PATH; do if [ -x "$d/timeout" ]; then break; fi; done; unset IFS
if [ -f "$d/timeout" ] && [ ! -L "$d/timeout" ] && ! [ "$d/timeout" -ef "$d/cat" ]; then
  exec "$d/timeout" -k 5 "$limit" "$@"
fi
if timeout -k 5 5 true 2>/dev/null; then set -- timeout -k 5 "$limit" "$@"; fi
if command -v setsid >/dev/null 2>&1; then set -- setsid "$@"; fi
exec "$@"`;
}
