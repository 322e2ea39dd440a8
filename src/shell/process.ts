import { type Shell, sh } from './quote.ts';

/**
 * `p_stat PID` reads what the kernel tells of a process in /proc/PID/stat (proc_pid_stat(5)): `p_state`, `p_parent`, `p_group`,
 * `p_session` and `p_began`. Fails where there is no such process.
 *
 * A number alone is no name for a process, it is given again: together with `p_began`, when it was started (clock ticks since
 * the boot), it is. The program's own name stands second and may hold spaces and parentheses, so reading begins behind the last.
 */
export const PROCESS: Shell = sh`p_stat() {
  { IFS= read -r p_stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  set -- \${p_stat##*) }
  p_state=$1 p_parent=$2 p_group=$3 p_session=$4 p_began=\${20-}
}`;

/**
 * Sets `p_connection` to this run's SSH connection as the host sees it, `CLIENT PORT SERVER PORT`; empty where there is none.
 * That is `SSH_CONNECTION`, which sshd sets in the login shell (sshd and dropbear alike; see ssh(1), ENVIRONMENT). sudo drops
 * it, so a root shell looks for it in the environment of the processes above it. Stands after `PROCESS`.
 */
export const FIND_CONNECTION: Shell = sh`p_connection=\${SSH_CONNECTION-}; p=$$
while [ -z "$p_connection" ] && [ "\${p:-0}" -gt 1 ]; do
  p_connection=$({ tr '\\000' '\\n' <"/proc/$p/environ" | sed -n 's/^SSH_CONNECTION=//p'; } 2>/dev/null)
  p_stat "$p" || break
  p=$p_parent
done`;
