import { setTimeout as sleep } from 'node:timers/promises';
import { sh } from '../shell/quote.ts';
import { type ConnectTarget, connect } from './connect.ts';
import { ConnectionError, type ConnectionFailure } from './errors.ts';
import type { FrameResult } from './frames.ts';
import { extraLanes, LONG, split } from './lanes.ts';
import { type LockAnswer, lockScript, readLockAnswer } from './lock-script.ts';
import { SHELL_COMMAND } from './prelude.ts';
import { type Frame, RemoteShell, type RequestOptions } from './remote-shell.ts';
import { runInParts } from './run-in-parts.ts';
import type { Transport } from './transport.ts';

/** OpenSSH's default for the channels of one connection is ten (MaxSessions); one is left for what comes in between. */
const MAX_SESSIONS = 9;
/** Milliseconds until a host that does not say whether it can be locked counts as silent. */
const LOCKING = 60_000;
/** When the server is asked how far it is, in milliseconds from the first time. */
const MOMENTS = [0, 4, 8];

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
  readonly #shells = new Map<string, Promise<RemoteShell>>();
  #opened: RemoteShell[] = [];
  /** Milliseconds; the shortest that was seen. */
  #roundTrip: number | undefined;

  private constructor(transport: Transport, user: string) {
    this.#transport = transport;
    this.#user = user;
  }

  /** @throws ConnectionError */
  static async open(target: ConnectTarget): Promise<HostSession> {
    return new HostSession(await connect(target), target.user);
  }

  /** Round trips made after login, over all shells. */
  get roundTrips(): number {
    return this.#opened.reduce((sum, shell) => sum + shell.requests, 0);
  }

  /**
   * Runs frames as a user, in one round trip.
   *
   * @throws ConnectionError when the answer did not come: what happened on the host is then unknown.
   */
  async run(user: string, frames: readonly Frame[], options: RequestOptions): Promise<RequestResult> {
    const shell = await this.#shell(user, options.timeout);
    const results =
      (await this.#runOverSeveral(shell, user, frames, options)) ?? (await shell.run(frames, options));
    return { results, mark: shell.mark };
  }

  /**
   * Tries to get the host's lock of a user for this session, in one round trip; it is kept until the session ends, however it
   * ends. To be asked for before anything is changed as that user.
   *
   * @param run random, one word. @param who for people: who started the run, and where.
   * @throws ConnectionError
   */
  async lock(user: string, run: string, who: string): Promise<LockAnswer> {
    const script = lockScript(run, who);
    const { results } = await this.run(user, [{ script, inShell: true }], { timeout: LOCKING });
    return readLockAnswer(results[0]?.stdout ?? Buffer.alloc(0));
  }

  async close(): Promise<void> {
    for (const shell of this.#opened) shell.close();
    await this.#transport.close();
  }

  /**
   * How long the link is, in milliseconds. Opening a shell has told what it is at most; only where that is long the server is
   * asked, a few times, as either end may be busy.
   */
  async #measure(): Promise<number> {
    const most = this.#roundTrip ?? 0;
    if (most < LONG) return most;
    const samples = MOMENTS.map(async (moment) => {
      await sleep(moment);
      return (await this.#transport.roundTrip().catch(() => undefined)) ?? 0;
    });
    this.#roundTrip = Math.min(most, ...(await Promise.all(samples)));
    return this.#roundTrip;
  }

  /** @returns undefined when one channel is as good, or the host allows no more. */
  async #runOverSeveral(
    shell: RemoteShell,
    user: string,
    frames: readonly Frame[],
    options: RequestOptions,
  ): Promise<readonly FrameResult[] | undefined> {
    // The parts look for the file from the start, so it must be the first that comes.
    const at = frames.findIndex(({ input }) => input !== undefined);
    const input = frames[at]?.input;
    if (input === undefined || extraLanes(input, LONG) === 0) return undefined;
    const extra = extraLanes(input, await this.#measure());
    if (extra === 0) return undefined;
    const count = Math.min(extra, MAX_SESSIONS - this.#opened.length);
    const lanes = await this.#openLanes(user, count, options.timeout);
    try {
      const parts = split(input, lanes.length);
      return parts === undefined ? undefined : await runInParts({ shell, frames, at, parts, lanes }, options);
    } finally {
      // Other users' shells may need the room.
      for (const lane of lanes) lane.close();
    }
  }

  /** As many further shells as the host allows, and at most `count`. */
  async #openLanes(user: string, count: number, timeout: number): Promise<readonly RemoteShell[]> {
    const opening = Array.from({ length: Math.max(0, count) }, () => this.#newShell(user, timeout));
    const lanes = await Promise.allSettled(opening);
    return lanes.flatMap((lane) => (lane.status === 'fulfilled' ? [lane.value] : []));
  }

  #shell(user: string, timeout: number): Promise<RemoteShell> {
    const open = this.#shells.get(user) ?? this.#openShell(user, timeout);
    this.#shells.set(user, open);
    return open;
  }

  async #openShell(user: string, timeout: number): Promise<RemoteShell> {
    const asked = performance.now();
    const shell = await this.#newShell(user, timeout);
    // One trip for the channel, one for what runs in it.
    const trip = (performance.now() - asked) / 2;
    this.#roundTrip = Math.min(this.#roundTrip ?? trip, trip);
    this.#opened.push(shell);
    return shell;
  }

  async #newShell(user: string, timeout: number): Promise<RemoteShell> {
    const command =
      user === this.#user
        ? `exec ${SHELL_COMMAND}`
        : `exec sudo -n -H -u ${sh`${user}`.text} ${SHELL_COMMAND}`;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new ConnectionError({ kind: 'timeout', message: 'the host opened no channel in time' })),
        timeout,
      );
    });
    try {
      const process = await Promise.race([this.#transport.open(command), tooLate]);
      return new RemoteShell(process, (said, code) => explainEnd(said, code, user, this.#user));
    } catch (error) {
      if (error instanceof ConnectionError) throw error;
      throw new ConnectionError({
        kind: 'lost',
        message: `no shell could be opened: ${(error as Error).message}`,
      });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Why a shell ended by itself. */
function explainEnd(
  said: string,
  code: number | undefined,
  user: string,
  loginUser: string,
): ConnectionFailure {
  const quoted = said === '' ? '' : `: ${said.split('\n').slice(-3).join(' / ').slice(0, 300)}`;
  if (user !== loginUser && (code === 1 || code === 127)) {
    return {
      kind: 'privilege',
      message: `"${loginUser}" may not become "${user}" with sudo${quoted}`,
      hint: `allow it without a password (a file in /etc/sudoers.d with "${loginUser} ALL=(ALL) NOPASSWD: ALL"), log in as ${user}, or leave "become" out`,
    };
  }
  if (code === 127 || code === 126) {
    return { kind: 'protocol', message: `the host has no usable /bin/sh${quoted}` };
  }
  if (code === undefined) return { kind: 'lost', message: `the connection broke${quoted}` };
  return { kind: 'lost', message: `the shell on the host ended with status ${code}${quoted}` };
}
