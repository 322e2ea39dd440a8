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
  [ "/proc/$1/ns/pid" -ef /proc/self/ns/pid ] && [ "/proc/$1/root" -ef / ] || return 1
  u=; while read -r k a b c e; do if [ "$k" = Uid: ]; then u=$a,$b,$c,$e; break; fi; done <"/proc/$1/status"
  [ "$u" = 0,0,0,0 ] || return 1
  if ! [ "/proc/$1/exe" -ef "$sshd" ]; then
    e=$(readlink "/proc/$1/exe") || return 1
    case $e in *sshd*) [ "\${e% (deleted)}" = "$(readlink -f "$sshd")" ] || return 1 ;; *) return 1 ;; esac
  fi
  # One word with zeros behind it, which read leaves out. It comes last: read takes byte by byte what anybody may make long.
  t=; read -r t <"/proc/$1/cmdline" || [ -n "$t" ] || return 1
  case $t in *'sshd'*' [listener]'*) printf '%s\\n' "$t" ;; *) return 1 ;; esac
} 2>/dev/null`;
