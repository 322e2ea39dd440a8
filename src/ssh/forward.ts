import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { ConnectionError, type ConnectionFailure } from './errors.ts';

/** Why a channel was not opened (RFC 4254, 5.1). */
const PROHIBITED = 1;
const CONNECT_FAILED = 2;

export interface ForwardOptions {
  readonly address: string;
  readonly port: number;
  /** The host whose connection it is, for people. */
  readonly through: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Resolves when the connection is gone: ssh2 forgets to tell those who wait for a channel. */
  readonly closed: Promise<Error | undefined>;
}

/**
 * Opens a stream from a host to another one (`direct-tcpip`, as `ssh -W`). The host resolves the name.
 *
 * @throws ConnectionError
 */
export async function openForward(client: Client, options: ForwardOptions): Promise<Duplex> {
  const { address, port, through, timeout, closed } = options;
  let timer: NodeJS.Timeout | undefined;
  let given = false;
  const channel = new Promise<Duplex>((resolve, reject) => {
    const fail = (failure: ConnectionFailure): void => {
      given = true;
      reject(new ConnectionError(failure));
    };
    timer = setTimeout(() => fail(silent(options)), timeout);
    void closed.then((cause) => fail(lostBastion(through, cause)));
    client.forwardOut('127.0.0.1', 0, address, port, (error, stream) => {
      if (error !== undefined) fail(explain(error, options));
      // Nobody waits for it any more.
      else if (given) stream.close();
      else resolve(stream);
    });
  });
  try {
    return await channel;
  } finally {
    clearTimeout(timer);
  }
}

function lostBastion(through: string, cause: Error | undefined): ConnectionFailure {
  const told = cause === undefined ? '' : `: ${cause.message}`;
  return { kind: 'lost', message: `the connection to the bastion ${through} broke${told}` };
}

function silent({ address, port, through, timeout }: ForwardOptions): ConnectionFailure {
  return {
    kind: 'unreachable',
    message: `${address}:${port} did not answer the bastion ${through} within ${timeout / 1000} s`,
    hint: 'is it up, and does a firewall between the two drop the packets? (--connect-timeout)',
  };
}

function explain(error: Error, { address, port, through }: ForwardOptions): ConnectionFailure {
  const { reason } = error as { reason?: unknown };
  const said = error.message.replace(/^.*?failure: /, '');
  if (reason === PROHIBITED) {
    return {
      kind: 'unreachable',
      message: `the bastion ${through} does not let connections through to ${address}:${port} (${said})`,
      hint: 'on the bastion, see AllowTcpForwarding, DisableForwarding and PermitOpen in sshd_config, and "restrict" or "no-port-forwarding" in authorized_keys',
    };
  }
  if (reason === CONNECT_FAILED) {
    return {
      kind: 'unreachable',
      message: `the bastion ${through} cannot reach ${address}:${port}: ${said}`,
      hint: 'the name is looked up on the bastion; is the host up, is sshd running there, and on this port?',
    };
  }
  return {
    kind: 'unreachable',
    message: `the bastion ${through} opened no connection to ${address}:${port}: ${said}`,
  };
}
