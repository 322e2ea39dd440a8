import { sh } from '../shell/quote.ts';
import { type ConnectTarget, connect } from './connect.ts';
import { ConnectionError } from './errors.ts';
import { type Refusal, withAlternatives } from './privilege/refusal.ts';
import { type OpenedShell, PrivilegeError, ShellOpener } from './privilege/shell-opener.ts';
import { Distance } from './session/distance.ts';
import type { FrameResult } from './session/frames.ts';
import { FurtherShells } from './session/further-shells.ts';
import { split } from './session/lanes.ts';
import { type LockAnswer, type LockHolder, lockScript, readLockAnswer } from './session/lock-script.ts';
import type { RemoteShell, RequestOptions } from './session/remote-shell.ts';
import type { Frame } from './session/request-script.ts';
import { runInParts } from './session/run-in-parts.ts';
import type { Transport } from './transport.ts';

/** Over ssh2, unless the target asks for the system's ssh. */
async function connectTo(target: ConnectTarget, urgent?: boolean): Promise<Transport> {
  if (target.openSsh === undefined) return connect(target, urgent);
  const { connectBySsh } = await import('./system/connect.ts');
  return connectBySsh(target, target.openSsh, urgent);
}

/** Milliseconds until a host that does not say whether it can be locked counts as silent; a rollback is waited for meanwhile. */
const LOCKING = 80_000;

export interface RequestResult {
  /** One for each frame, in order. */
  readonly results: readonly FrameResult[];
  /** The random word that the scripts could use as `$MARK`. */
  readonly mark: string;
}

/**
 * Everything one run does on one host goes through here: one connection, and one long-lived shell for each
 * user that steps act as, opened when first needed.
 */
export class HostSession {
  readonly #transport: Transport;
  readonly #user: string;
  readonly #target: Pick<ConnectTarget, 'keepalive' | 'keepaliveCount'>;
  readonly #opener: ShellOpener;
  readonly #shells = new Map<string, Promise<OpenedShell>>();
  readonly #distance: Distance;
  readonly #further: FurtherShells;
  #opened: RemoteShell[] = [];

  private constructor(transport: Transport, target: ConnectTarget) {
    this.#transport = transport;
    this.#user = target.user;
    this.#target = target;
    this.#opener = new ShellOpener(transport, target.user, target.become);
    this.#distance = new Distance(transport);
    this.#further = new FurtherShells(this.#distance, this.#opener);
  }

  /**
   * @param urgent goes before other logins on the same way.
   * @throws ConnectionError
   */
  static async open(target: ConnectTarget, urgent?: boolean): Promise<HostSession> {
    return new HostSession(await connectTo(target, urgent), target);
  }

  /** What the host has let us in by; undefined where that is not known. */
  get loggedInBy(): Transport['loggedInBy'] {
    return this.#transport.loggedInBy;
  }

  /** The users whose shells were opened, or are being opened. */
  get users(): readonly string[] {
    return [...this.#shells.keys()];
  }

  /** Round trips made after login, over all shells. */
  get roundTrips(): number {
    return this.#opened.reduce((sum, shell) => sum + shell.requests, 0);
  }

  /**
   * Runs frames as a user, in one round trip; in two where a file in parts comes behind other frames.
   *
   * @throws ConnectionError when the answer did not come: what happened on the host is then unknown.
   */
  async run(user: string, frames: readonly Frame[], options: RequestOptions): Promise<RequestResult> {
    const tried = this.#shell(user, options.timeout);
    let opened: OpenedShell | undefined;
    try {
      opened = await tried;
      return await this.#runIn(opened.shell, user, frames, options);
    } catch (error) {
      const refusal = opened?.refusal() ?? (error instanceof PrivilegeError ? error.refusal : undefined);
      // The shell never started, so nothing of the request was carried out.
      if (this.#mayTryAgain(user, tried, refusal)) return this.run(user, frames, options);
      throw await this.#withAlternatives(error, refusal, options.timeout);
    }
  }

  async #runIn(
    shell: RemoteShell,
    user: string,
    frames: readonly Frame[],
    options: RequestOptions,
  ): Promise<RequestResult> {
    const results =
      (await this.#runOverSeveral(shell, user, frames, options)) ?? (await shell.run(frames, options));
    return { results, mark: shell.mark };
  }

  /**
   * Tries to get the host's lock of a user for this session, in one round trip; it is kept until the session ends, however it
   * ends. To be asked for before anything is changed as that user.
   *
   * @throws ConnectionError
   */
  async lock(user: string, holder: LockHolder): Promise<LockAnswer> {
    const { frame, timeout, read } = this.lockFrame(holder);
    // It waits by itself for what may be rolled back.
    const { results } = await this.run(user, [frame], { timeout, atOnce: true });
    return read(results[0]);
  }

  /** The same as a frame, for a trip that is made anyway. */
  lockFrame(holder: LockHolder): {
    readonly frame: Frame;
    /** Milliseconds. */
    readonly timeout: number;
    readonly read: (result: FrameResult | undefined) => LockAnswer;
  } {
    const { keepalive, keepaliveCount = 3 } = this.#target;
    const script = lockScript(holder, { keepalive, keepaliveCount });
    return {
      frame: { script, inShell: true, stays: true },
      timeout: LOCKING,
      read: (result) => readLockAnswer(result?.stdout ?? Buffer.alloc(0)),
    };
  }

  /**
   * Tells that the next thing to be done is to send a large file: where the link is long, the channels for it are opened while
   * something else is waited for.
   *
   * @param size bytes.
   */
  expectFile(user: string, size: number): void {
    this.#further.expect(user, size, this.#opened.length);
  }

  async close(): Promise<void> {
    void this.#further.drop();
    for (const shell of this.#opened) void shell.close();
    await this.#transport.close();
  }

  /** @returns undefined when one channel is as good, or the host allows no more. */
  async #runOverSeveral(
    shell: RemoteShell,
    user: string,
    frames: readonly Frame[],
    options: RequestOptions,
  ): Promise<readonly FrameResult[] | undefined> {
    const at = frames.findIndex(({ input }) => input !== undefined);
    const input = frames[at]?.input;
    if (input?.part === undefined || input.taken !== true) return undefined;
    const lanes = await this.#further.take(user, input.size, this.#opened.length, options.timeout);
    if (lanes.length === 0) shell.holdBack(this.#further.underWay(input.size));
    try {
      const parts = split(input, lanes.length);
      return parts === undefined ? undefined : await runInParts({ shell, frames, at, parts, lanes }, options);
    } finally {
      // Other users' shells may need the room.
      this.#further.release(lanes);
    }
  }

  #shell(user: string, timeout: number): Promise<OpenedShell> {
    const open = this.#shells.get(user) ?? this.#openShell(user, timeout);
    this.#shells.set(user, open);
    return open;
  }

  async #openShell(user: string, timeout: number): Promise<OpenedShell> {
    // Another user's shell may need the room.
    await this.#further.drop();
    const asked = performance.now();
    const opened = await this.#opener.open(user, timeout);
    // One trip for the channel, one for what runs in it.
    this.#distance.tripTook((performance.now() - asked) / 2);
    this.#opened.push(opened.shell);
    return opened;
  }

  /** A user that could not be become: whether it may be tried in another way. */
  #mayTryAgain(user: string, tried: Promise<OpenedShell>, refusal: Refusal | undefined): boolean {
    if (!this.#opener.useTerminal(user, refusal)) return false;
    // Another request may have been here before.
    if (this.#shells.get(user) === tried) this.#shells.delete(user);
    return true;
  }

  /** Names what the host has in place of a program that is missing. */
  async #withAlternatives(error: unknown, refusal: Refusal | undefined, timeout: number): Promise<unknown> {
    if (refusal?.lacks !== 'program') return error;
    const script = sh`for p in sudo su doas; do if command -v "$p" >/dev/null; then echo "$p"; fi; done`;
    const answer = await this.run(this.#user, [{ script }], { timeout }).catch(() => undefined);
    const found = answer?.results[0]?.stdout.toString('utf8').split('\n').filter(Boolean) ?? [];
    return new ConnectionError(withAlternatives(refusal.failure, found));
  }
}
