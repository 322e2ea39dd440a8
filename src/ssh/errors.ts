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
    | 'locked' // another run is changing it, or it cannot be locked
    | 'protocol' // what came back made no sense
    | 'time-limit' // not done within the time of the host or of the run
    | 'interrupted'; // not begun, or not done, as the run was told to end
  readonly message: string;
  readonly hint?: string;
}

/** Carries a `ConnectionFailure` through promises; caught once per host by the engine. */
export class ConnectionError extends Error {
  readonly failure: ConnectionFailure;
  /** What the controller itself lacked, for people: later, or with fewer hosts at work, it may succeed. */
  readonly lacking: string | undefined;
  constructor(failure: ConnectionFailure, lacking?: string) {
    super(failure.message);
    this.failure = failure;
    this.lacking = lacking;
  }
}

/** What the controller itself may lack for one more connection, by the system's code. */
const LACKING: Readonly<Record<string, string>> = {
  EMFILE: 'this process may open no more files (EMFILE)',
  ENFILE: 'this system has no more open files to give (ENFILE)',
  EAGAIN: 'this system has no more ports or sockets to give (EAGAIN)',
  ENOBUFS: 'this system has no more memory for sockets (ENOBUFS)',
  ENOMEM: 'this system has no more memory to give (ENOMEM)',
};

/** What the controller lacked, when that is why connecting failed; undefined when it is the host or the network. */
export function lackOf(error: Error): string | undefined {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  // So says the C library when it may not open the files in which it would look names up.
  if (syscall === 'getaddrinfo') return code === 'EBUSY' ? LACKING.EMFILE : undefined;
  return LACKING[code];
}

/** OpenSSH 9.8 and newer says so to whom it shuts out for a time (PerSourcePenalties, sshd_config(5)). */
const PENALTY =
  'its sshd shuts this controller out for a while, as logins from here have failed (PerSourcePenalties): mend the login first, wait some minutes, as each failure makes it longer, or except this controller there with PerSourcePenaltyExemptList';

/** RFC 9142 and ssh(1) of today do without SHA-1; a host that knows nothing else is let in on request only. */
export const OLD_ALGORITHMS =
  'update its SSH server; until then allow what it needs in ssh_config, for this host alone (KexAlgorithms, HostKeyAlgorithms, Ciphers, MACs)';

/**
 * Explains what ssh2 or the system said while connecting.
 *
 * @param said what the server sent in place of its version, if anything.
 */
export function explainConnectError(error: Error, where: string, said?: string): ConnectionFailure {
  const { code, level } = error as Error & { code?: string; level?: string };
  const lacking = lackOf(error);
  if (lacking !== undefined) {
    return {
      kind: 'unreachable',
      message: `no connection to ${where} could be opened: ${lacking}`,
      hint: 'lower --concurrency, or leave it out; or raise the limits of this controller (ulimit -n)',
    };
  }
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
  if (/no matching/i.test(error.message)) {
    return {
      kind: 'protocol',
      message: `${where} offers no algorithm that is allowed here: ${error.message}`,
      hint: `${OLD_ALGORITHMS}, and set provision_transport to openssh for it; ssh says what it offers`,
    };
  }
  if (/before handshake|during the handshake|ECONNRESET/.test(error.message)) {
    return {
      kind: 'unreachable',
      message: `${where} closed the connection before the login was done${said === undefined ? '' : `, saying "${said}"`}`,
      hint:
        said !== undefined && /not allowed at this time/i.test(said)
          ? PENALTY
          : 'is it an SSH server, and does it take in this controller? (a proxy or firewall between; MaxStartups, PerSourcePenalties and the log of its sshd)',
    };
  }
  return { kind: 'unreachable', message: `${where}: ${error.message}` };
}
