/**
 * Why a host could not be used. `kind` is stable and decides the exit code: all of these mean that the host
 * was not (or not completely) observed, which is never taken for "nothing to do".
 */
export interface ConnectionFailure {
  readonly kind:
    | 'unreachable' // no TCP connection: name, route, refused, time-out
    | 'host-key' // the host could not prove who it is
    | 'login-refused'
    | 'privilege' // sudo refused
    | 'lost' // the connection broke while something was under way
    | 'timeout' // the host is connected but silent
    | 'protocol' // what came back made no sense
    | 'interrupted'; // not begun, as the run was told to end
  readonly message: string;
  readonly hint?: string;
}

/** Carries a `ConnectionFailure` through promises; caught once per host by the engine. */
export class ConnectionError extends Error {
  readonly failure: ConnectionFailure;
  constructor(failure: ConnectionFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Explains what ssh2 or the system said while connecting. */
export function explainConnectError(error: Error, where: string, user: string): ConnectionFailure {
  const { code, level } = error as Error & { code?: string; level?: string };
  if (code === 'ECONNREFUSED') {
    return {
      kind: 'unreachable',
      message: `${where} refused the connection`,
      hint: 'is sshd running there, and on this port? (ansible_port in the inventory)',
    };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      kind: 'unreachable',
      message: `the name of ${where} cannot be resolved`,
      hint: 'set ansible_host to its address in the inventory, or add the name to DNS or /etc/hosts',
    };
  }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EHOSTDOWN') {
    return {
      kind: 'unreachable',
      message: `no route to ${where}`,
      hint: 'is the host up, and in this network?',
    };
  }
  if (code === 'ETIMEDOUT' || level === 'client-timeout') {
    return {
      kind: 'unreachable',
      message: `${where} did not answer in time`,
      hint: 'is it up, and does a firewall drop the packets? (--connect-timeout)',
    };
  }
  if (level === 'client-authentication') {
    return {
      kind: 'login-refused',
      message: `${where} refused the login of "${user}"`,
      hint: `the offered keys are not in ${user}'s authorized_keys there, or the account may not log in; set ansible_user and ansible_ssh_private_key_file`,
    };
  }
  if (/no matching/i.test(error.message)) {
    return {
      kind: 'protocol',
      message: `${where} offers no algorithm that is allowed here: ${error.message}`,
      hint: 'update its SSH server',
    };
  }
  return { kind: 'unreachable', message: `${where}: ${error.message}` };
}
