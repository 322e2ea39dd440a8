import { sh } from '../../shell/quote.ts';

/**
 * Defines `sshd` (the program) and `title PID`, which prints the command line of the OpenSSH server that listens, and fails for
 * any other process. Its options are followed as root, and anybody may give a process a name: so it must be root's (all of
 * `Uid` of proc_pid_status(5): the owner of its directory may be root for other reasons), run the same program, and not
 * belong to a container: those have processes, or at least a root directory, of their own. The program of one that runs on
 * after an upgrade is called "(deleted)".
 */
export const LISTENER = sh`sshd=$(command -v sshd) || sshd=
title() {
  # One word with zeros behind it, which read leaves out.
  t=; read -r t <"/proc/$1/cmdline" || [ -n "$t" ] || return 1
  case $t in *'sshd'*' [listener]'*) ;; *) return 1 ;; esac
  [ "/proc/$1/ns/pid" -ef /proc/self/ns/pid ] && [ "/proc/$1/root" -ef / ] || return 1
  [ "/proc/$1/exe" -ef "$sshd" ] ||
    { e=$(readlink "/proc/$1/exe") && [ "\${e% (deleted)}" = "$(readlink -f "$sshd")" ]; } || return 1
  while read -r k a b c e; do
    [ "$k" = Uid: ] || continue
    [ "$a,$b,$c,$e" = 0,0,0,0 ] || return 1
    printf '%s\\n' "$t"
    return 0
  done <"/proc/$1/status"
  return 1
} 2>/dev/null`;
