import { type Shell, sh } from '../shell/quote.ts';

/** Whether files have contexts on the host. */
export const ENABLED = sh`[ -e /sys/fs/selinux/enforce ]`;

/**
 * Gives a file that is about to replace another the other's SELinux context, or sshd, httpd and the like would be
 * refused it. Both are names in the current directory.
 */
export function keepContext(name: string, replacement: string): Shell {
  return sh`if ${ENABLED} && [ -f ${`./${name}`} ] && [ ! -L ${`./${name}`} ] && command -v chcon >/dev/null 2>&1; then chcon --reference=${`./${name}`} -- ${`./${replacement}`}; fi`;
}

/** Gives something new the context that the host's policy has for its path. */
export function defaultContext(path: string): Shell {
  return sh`if ${ENABLED} && command -v restorecon >/dev/null 2>&1; then restorecon -- ${path}; fi`;
}

/** The same for a directory and everything below it. */
export function defaultContexts(path: string): Shell {
  return sh`if ${ENABLED} && command -v restorecon >/dev/null 2>&1; then restorecon -R -- ${path}; fi`;
}
