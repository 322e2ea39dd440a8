import { type Shell, sh } from '../../shell/quote.ts';
import { FAILED_SUFFIX, GUARD_PREFIX } from '../../ssh/session/await-rollback.ts';

/** Seconds from the end of the change until the host goes back by itself. */
export const WINDOW = 25;

/** The name of everything that a guard puts on a host: the directory, the unit of its watcher, the unit for the next boot. */
export function guardName(token: string): string {
  return `${GUARD_PREFIX}${token}`;
}

/**
 * Sets `G` to the guard's directory. Root's outlives a reboot where systemd can roll back at the next boot; elsewhere it
 * lies in memory. Whoever is not root keeps it where its name cannot be taken by others (sticky).
 */
export function chooseDirectory(token: string): Shell {
  return sh`if [ "$(id -u)" != 0 ]; then G=/var/tmp; elif [ -d /run/systemd/system ] && [ -d /var/lib ]; then G=/var/lib; else G=/run; fi
[ -d $G ] || G=/tmp
G=$G/${guardName(token)}`;
}

/** Sets `G` to the directory that is there; empty when there is none. */
export function findDirectory(token: string): Shell {
  const name = guardName(token);
  return sh`G=
for d in /var/lib /run /var/tmp /tmp; do if [ -d "$d/"${name} ] && [ -O "$d/"${name} ]; then G=$d/${name}; fi; done`;
}

/** What systemd reads at the next boot, and the link that has it do so. */
export function bootUnit(token: string): { readonly unit: string; readonly link: string } {
  const name = `${guardName(token)}.service`;
  return {
    unit: `/etc/systemd/system/${name}`,
    link: `/etc/systemd/system/multi-user.target.wants/${name}`,
  };
}

/** Removes all that a guard has put on the host but for its watcher; `G` is set. */
export function cleanUp(token: string): Shell {
  const { unit, link } = bootUnit(token);
  return sh`if [ "$(id -u)" = 0 ]; then rm -f -- ${link} ${unit}; fi; rm -rf -- "$G" "$G"${FAILED_SUFFIX}`;
}

/** `watched DIRECTORY` tells whether a guard's program runs, and sets `pid`. */
export const WATCHED: Shell = sh`watched() {
  pid=
  read -r pid 2>/dev/null <"$1/pid" || return 1
  case $(tr '\\000' ' ' 2>/dev/null <"/proc/$pid/cmdline") in *"$1"*) return 0 ;; esac
  return 1
}`;
