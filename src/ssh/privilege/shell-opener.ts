import { randomBytes } from 'node:crypto';
import type { BecomeMethod } from '../../inventory/become-methods.ts';
import type { Secret } from '../../secrets/secret.ts';
import { sh } from '../../shell/quote.ts';
import { ConnectionError, type ConnectionFailure } from '../errors.ts';
import { noChannel } from '../no-channel.ts';
import { RemoteShell } from '../session/remote-shell.ts';
import type { RemoteProcess, Transport } from '../transport.ts';
import { type Become, DEFAULT_BECOME, methodFor } from './become.ts';
import { ownShell, quickShell, watchedShell } from './command.ts';
import { Dialogue, marksOf } from './dialogue.ts';
import { explainOwnEnd } from './login-shell.ts';
import { type Attempt, isRefusal, noTerminal, quoted, type Refusal, refusalOf } from './refusal.ts';
import { type Watched, watch } from './watch.ts';

/** Milliseconds that becoming another user may take at most: accounts may be looked up over the network. */
const LONGEST = 60_000;

/** A shell could not be opened as another user. */
export class PrivilegeError extends ConnectionError {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.failure);
    this.refusal = refusal;
  }
}

export interface OpenedShell {
  readonly shell: RemoteShell;
  /** Set when the shell ended because the user could not be become. */
  readonly refusal: () => Refusal | undefined;
}

/** Opens the shells of a session: the login user's, and those of the users that it becomes. */
export class ShellOpener {
  readonly #transport: Transport;
  readonly #loginUser: string;
  readonly #become: Become;
  /** Methods that were found to insist on a terminal. */
  readonly #terminal = new Set<BecomeMethod>();
  #broken = false;
  /** Added to a message. */
  #why = '';

  constructor(transport: Transport, loginUser: string, become: Become = DEFAULT_BECOME) {
    this.#transport = transport;
    this.#loginUser = loginUser;
    this.#become = become;
    void transport.closed.then((cause) => {
      this.#broken = true;
      if (cause !== undefined) this.#why = `: ${cause.message}`;
    });
  }

  /**
   * Opens a shell that may be sent to. Where no password can be asked for, it may yet turn out that the user cannot be
   * become: then the first request fails, and `refusal` says why. Nothing is waited for to find that out.
   *
   * @param timeout milliseconds.
   * @param proven wait until the shell has started; costs no round trip.
   * @throws PrivilegeError, ConnectionError
   */
  async open(user: string, timeout: number, proven = false): Promise<OpenedShell> {
    const own = user === this.#loginUser;
    const method = methodFor(this.#become, user);
    const { password } = this.#become;
    const asks = password !== undefined;
    if (!proven && own) return this.#quick(user, ownShell(), timeout);
    if (!proven && !asks && method !== 'su' && !this.#terminal.has(method)) {
      return this.#quick(user, quickShell(method, user), timeout);
    }
    if (own) return this.#watched(user, undefined, undefined, timeout);
    const open = (secret?: Secret): Promise<OpenedShell> => this.#watched(user, method, secret, timeout);
    return password === undefined ? open() : password.use(open);
  }

  /** From now on the user is become over a terminal, if that was what the refusal was about. */
  useTerminal(user: string, refusal: Refusal | undefined): boolean {
    const method = methodFor(this.#become, user);
    if (refusal?.lacks !== 'terminal') return false;
    this.#terminal.add(method);
    return true;
  }

  async #quick(user: string, command: string, timeout: number): Promise<OpenedShell> {
    const process = await this.#channel(command, timeout, false);
    let refusal: Refusal | undefined;
    const shell = new RemoteShell(process, (said, code, answered) => {
      const attempt = this.#attempt(user);
      if (user === this.#loginUser || answered || this.#broken || !isRefusal(attempt, said)) {
        return this.#explainEnd(said, code, answered);
      }
      refusal = refusalOf(attempt, said, code);
      return refusal.failure;
    });
    return { shell, refusal: () => refusal };
  }

  async #watched(
    user: string,
    method: BecomeMethod | undefined,
    secret: Secret | undefined,
    timeout: number,
  ): Promise<OpenedShell> {
    const asks = secret !== undefined;
    // doas asks the terminal and nothing else.
    const terminal = method !== undefined && (this.#terminal.has(method) || (method === 'doas' && asks));
    const marks = marksOf(randomBytes(16).toString('hex'));
    const become = method === undefined ? {} : { become: { method, user, asks } };
    const command = watchedShell({ marks, terminal, ...become });
    const process = await this.#channel(command, timeout, terminal).catch((error: Error) => {
      throw terminal && isWithoutTerminal(error)
        ? new PrivilegeError(noTerminal(this.#attempt(user)))
        : error;
    });
    const dialogue = new Dialogue(method ?? 'sudo', marks);
    const watched = await watch({
      process,
      dialogue,
      terminal,
      password: secret,
      timeout: Math.min(timeout, LONGEST),
    });
    if (watched.outcome === 'ready') {
      if (watched.answered) this.#become.password?.accepted();
      const shell = new RemoteShell(
        process,
        (said, code, answered) => this.#explainEnd(said, code, answered),
        { merged: terminal },
      );
      return { shell, refusal: () => undefined };
    }
    if (watched.outcome !== 'ended') await this.#end(process, dialogue.pid);
    const { lacks, ...plain } = this.#refusal(user, watched, dialogue.pid !== undefined);
    // What a terminal did not help with, a further one does not either.
    const refusal = lacks === undefined || (terminal && lacks === 'terminal') ? plain : { ...plain, lacks };
    // What was sent may have been tried there, and have counted.
    if (dialogue.answered && !refusal.passwordTaken) this.#become.password?.refused(refusal.failure);
    if (this.useTerminal(user, refusal)) return this.#watched(user, method, secret, timeout);
    throw new PrivilegeError(refusal);
  }

  #refusal(user: string, watched: Exclude<Watched, { outcome: 'ready' }>, started: boolean): Refusal {
    const { said, outcome } = watched;
    const attempt = this.#attempt(user);
    if (user === this.#loginUser || !started || this.#broken) {
      return { failure: this.#explainEnd(said, outcome === 'ended' ? watched.code : undefined, false) };
    }
    if (outcome === 'ended') return refusalOf(attempt, said, watched.code);
    if (outcome === 'asks') return refusalOf(attempt, `${said}\na password is required`, undefined);
    if (outcome === 'asks-again' && attempt.method === 'sudo') {
      return refusalOf(attempt, 'incorrect password', undefined);
    }
    return { failure: unexpected(attempt, said, outcome) };
  }

  #explainEnd(said: string, code: number | undefined, answered: boolean): ConnectionFailure {
    const unopened = answered ? undefined : noChannel(said);
    if (unopened !== undefined) return unopened;
    if (this.#broken) return { kind: 'lost', message: `the connection broke${this.#why}${quoted(said)}` };
    return explainOwnEnd(this.#loginUser, said, code, answered);
  }

  #attempt(user: string): Attempt {
    return { method: methodFor(this.#become, user), loginUser: this.#loginUser, user };
  }

  /**
   * Ends a process that waits for a password. To end its input is not enough: sudo and su tell PAM then that no password
   * came, which counts as a further failure, and accounts lock. While it asks it still belongs to the login user.
   */
  async #end(process: RemoteProcess, pid: number | undefined): Promise<void> {
    if (pid !== undefined && Number.isInteger(pid)) {
      const killer = await this.#transport
        .open(sh`exec /bin/sh -c ${sh`kill -KILL ${pid}`.text}`.text)
        .catch(() => {});
      killer?.io.resume();
      killer?.stderr.resume();
      await killer?.exited;
    }
    process.io.on('error', () => {});
    process.io.destroy();
  }

  async #channel(command: string, timeout: number, terminal: boolean): Promise<RemoteProcess> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      const message = 'the host opened no channel in time';
      timer = setTimeout(() => reject(new ConnectionError({ kind: 'timeout', message })), timeout);
    });
    try {
      return await Promise.race([this.#transport.open(command, { terminal }), tooLate]);
    } catch (error) {
      if (error instanceof ConnectionError) throw error;
      const said = (error as Error).message;
      throw new ConnectionError(
        noChannel(said) ?? { kind: 'lost', message: `no shell could be opened: ${said}` },
      );
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Whether a server refused the terminal of a channel (`PermitTTY no`, `restrict`); ssh2 says it so, the system's ssh goes on. */
function isWithoutTerminal({ message }: Error): boolean {
  return message.includes('request a pseudo-terminal');
}

function unexpected({ method, loginUser, user }: Attempt, said: string, outcome: string): ConnectionFailure {
  return {
    kind: 'privilege',
    message:
      outcome === 'silent'
        ? `"${loginUser}" may not become "${user}" with ${method}: nothing came of it in time${quoted(said)}`
        : `"${loginUser}" may not become "${user}" with ${method}: it asks for more than a password${quoted(said)}`,
    hint: 'questions other than for a password (a second factor, a new password for one that expired) cannot be answered: log in there and answer them once, or let this user become the other without a password',
  };
}
