import { FIND_CONNECTION, PROCESS } from '../../shell/process.ts';
import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import { AWAIT_ROLLBACK } from './await-rollback.ts';
import { type Watch, watchScript } from './lock-watch.ts';

/** A run, as others are told of it while it has a host's lock. */
export interface LockHolder {
  /** One random word. */
  readonly run: string;
  /** For people: who started it, and where. */
  readonly who: string;
  /** Seconds that a script may go on when the run has lost the host. */
  readonly limit: number;
}

/** What a shell found when it was to lock its host. */
export type LockAnswer =
  /** It has the lock, until it ends. `fresh`: nobody else has had it since this shell was opened, and nothing was rolled back meanwhile. */
  | { readonly kind: 'held'; readonly fresh: boolean }
  /** Another run has it. `holder` is for people. */
  | { readonly kind: 'busy'; readonly holder: string }
  /** The host cannot be locked at all. */
  | { readonly kind: 'impossible'; readonly message: string };

/**
 * Says where the lock of the shell's user is (`$p_lock`, a directory), and what its note says before anything is looked at
 * (`$p_seen`). Builtins alone: it goes along with the first request of every shell. What another user has put there is not
 * read: a named pipe would never end.
 *
 * Root's lock is where root alone may make something: another user can neither hold it nor lay a link there. All other users
 * have theirs in /tmp, where nobody may take away or rename what is somebody else's (its sticky bit).
 */
export const LOCK_PRELUDE = sh`if [ -O /run ]; then p_lock=/run/provision
elif [ -O /var/run ]; then p_lock=/var/run/provision
else p_lock=/tmp/provision-\${LOGNAME:-$(id -un)}; fi
p_seen=
if [ -O "$p_lock" ] && [ ! -L "$p_lock" ] && [ -f "$p_lock/lock" ]; then { read -r p_seen <"$p_lock/lock"; } 2>/dev/null; fi`;

/**
 * Without `flock` a link that tells the shell's process and when that began is the lock: a link is made at once and with what it
 * tells. One whose process is gone is taken away, by one run at a time. Stands after `PROCESS`.
 */
const WITHOUT_FLOCK = sh`p_alive() { p_stat "\${1%%.*}" && [ "$1" = "\${1%%.*}.$p_began" ]; }
p_take() {
  p_stat $$ || return 2
  me=$$.$p_began
  ln -s -n "$me" "$p_lock/held" 2>/dev/null && return 0
  p_alive "$(readlink "$p_lock/held")" && return 1
  if ! ln -s -n "$me" "$p_lock/clearing" 2>/dev/null; then
    p_alive "$(readlink "$p_lock/clearing")" || rm -f -- "$p_lock/clearing"
    return 1
  fi
  p_alive "$(readlink "$p_lock/held")" || rm -f -- "$p_lock/held"
  rm -f -- "$p_lock/clearing"
  ln -s -n "$me" "$p_lock/held" 2>/dev/null || return 1
}`;

/**
 * Takes the lock for this shell, which keeps it until it ends. The body of a function. Descriptor 7 stays open, in everything
 * that the shell starts too: while a script of a run that was cut off is still at work, nobody else gets the lock. When the
 * shell ends in order (which it does too when nobody takes its answer any more), the note says so; one that says "held" and is
 * not locked is of a shell that was killed. What that had done and not proven may yet be rolled back, by a process that does
 * not keep the lock: so that is waited for too, up to 50 s.
 *
 * @param life how the controller shows that it is there.
 */
export function lockScript({ run, who, limit }: LockHolder, life: Omit<Watch, 'limit'>): Shell {
  return joinShell([
    PROCESS,
    sh`said=$(mkdir -- "$p_lock" 2>&1)
if [ -L "$p_lock" ] || ! [ -d "$p_lock" ]; then echo "impossible $p_lock cannot be made: \${said#mkdir: }"; return 0; fi
if ! [ -O "$p_lock" ]; then echo "impossible $p_lock belongs to another user"; return 0; fi
if ! said=$({ : >>"$p_lock/lock"; } 2>&1); then echo "impossible $p_lock/lock cannot be written: $said"; return 0; fi
exec 7>>"$p_lock/lock"
if command -v flock >/dev/null 2>&1; then
  p_take() { flock -n 7 2>/dev/null; }
  p_leave() { :; }
else`,
    WITHOUT_FLOCK,
    sh`  p_leave() { rm -f -- "$p_lock/held"; }
fi
p_take; rc=$?
old=; read -r old <"$p_lock/lock"
if [ $rc -eq 1 ]; then
  exec 7>&-
  pid=; read -r a b c pid d <"$p_lock/lock"
  if [ -d "/proc/\${pid:--}" ]; then alive=yes; else alive=no; fi
  printf 'busy %s\\n' "$(date +%s) $alive $old"; return 0
fi
if [ $rc -ne 0 ]; then exec 7>&-; echo "impossible $p_lock/lock cannot be locked (status $rc)"; return 0; fi`,
    FIND_CONNECTION,
    sh`p_from=\${p_connection%% *}
p_note=${run}" $(date +%s) $$ \${p_from:--} "${who}
if ! said=$({ printf 'held %s\\n' "$p_note" >"$p_lock/lock"; } 2>&1); then
  exec 7>&-; p_leave; echo "impossible $p_lock/lock cannot be written: $said"; return 0
fi
trap '{ printf "free %s\\n" "$p_note" >"$p_lock/lock"; } 2>/dev/null; p_leave; [ -z "$p_watch" ] || kill "$p_watch" 2>/dev/null' EXIT
trap 'exit 129' HUP TERM PIPE`,
    AWAIT_ROLLBACK,
    sh`case $p_tries:$old in
  0:held*) echo 'held stale' ;;
  "0:$p_seen") echo 'held fresh' ;;
  *) echo 'held stale' ;;
esac`,
    watchScript({ ...life, limit }),
  ]);
}

/** Reads what `lockScript` has printed. */
export function readLockAnswer(stdout: Buffer): LockAnswer {
  const text = stdout.toString('utf8').trim();
  const [word = '', ...rest] = text.split(' ');
  if (word === 'held') return { kind: 'held', fresh: rest[0] === 'fresh' };
  if (word === 'busy') return { kind: 'busy', holder: describeHolder(rest) };
  const message = word === 'impossible' ? rest.join(' ') : `the lock's script said ${JSON.stringify(text)}`;
  return { kind: 'impossible', message };
}

function describeHolder([now, alive, state, , since, pid, from, ...who]: readonly string[]): string {
  if (state !== 'held' || who.length === 0) return 'a run that has left no note yet';
  const origin = from === '-' ? '' : ` from ${from}`;
  const where =
    alive === 'yes'
      ? `process ${pid} on the host`
      : `its shell on the host, process ${pid}, has ended; what it began is still at work`;
  return `${who.join(' ')}${origin}, for ${age(Number(now) - Number(since))} (${where})`;
}

/** @param seconds by the host's clock, which may have been set meanwhile. */
function age(seconds: number): string {
  if (!(seconds >= 0)) return 'an unknown time';
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}
