import type { Action } from '../../engine/step-kind.ts';
import { joinShell, sh } from '../../shell/quote.ts';

/** Its program: one that runs may go on without. */
const PROGRAM = /^(?:\/usr)?\/s?bin\/sshd$/;

/** Whether it is a path that sshd does not start without, or starts with: its program, configuration and host keys. */
export function isOfSshd(path: string): boolean {
  return /^\/etc\/ssh\/(?:sshd_config|ssh_host_)/.test(path) || PROGRAM.test(path);
}

/**
 * Asks sshd, once `paths` are changed, whether it would start: a server with a configuration or a program that it does not take
 * is none. Only a changed program has to be there.
 *
 * That its empty directory is missing says nothing of the configuration: where systemd listens for sshd, the directory goes
 * with the last connection.
 */
export function checkSshd(paths: readonly string[]): Action {
  const program = paths.find((path) => PROGRAM.test(path));
  const found = program === undefined ? sh`command -v sshd >/dev/null 2>&1 || exit 0` : sh`:`;
  return {
    title: 'checking the configuration of sshd',
    script: joinShell([
      found,
      sh`said=$(${program ?? 'sshd'} -t 2>&1) || case $said in
  *'privilege separation directory'*) ;;
  *) printf '%s\\n' "$said" >&2; exit 1 ;;
esac`,
    ]),
  };
}
