/**
 * ssh puts names of hosts and users as they are into the command that a shell runs for a `ProxyCommand` (`%h`, `%n`, `%r`) and, with users
 * unquoted, for a `ProxyJump`. Only new versions refuse what a shell would read (valid_hostname and valid_ruser of OpenSSH 9.6, ssh.c),
 * and of those that come from options or ssh_config none does.
 */
const READ_BY_SHELLS = /^-|[\s'"`$;&<>|(){}\u0000-\u001f\u007f]/;

/** Whether no shell reads more in the name of a host than the name. */
export function isPlainHost(name: string): boolean {
  return !READ_BY_SHELLS.test(name) && !/[\\,]/.test(name);
}

/** The same of who logs in to a host. Domains may stand before (`CORP\ops`). */
export function isPlainUser(name: string): boolean {
  return !READ_BY_SHELLS.test(name) && !name.endsWith('\\');
}

/** The same of who logs in to a jump host: no quotes are around that name. */
export function isPlainJumpUser(name: string): boolean {
  return /^[\p{L}\p{N}_.@+=][\p{L}\p{N}_.@+=-]*$/u.test(name);
}
