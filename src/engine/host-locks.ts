import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError } from '../ssh/errors.ts';
import type { HostSession } from '../ssh/host-session.ts';
import type { LockAnswer, LockHolder } from '../ssh/session/lock-script.ts';
import { actingUsers, isSurelyThere, usersToLock } from './acting-users.ts';
import type { Listener } from './events.ts';
import type { AlongFrame } from './fetch.ts';
import type { HostProgram } from './host-program.ts';
import type { HostState } from './host-state.ts';
import type { HostLooks } from './look.ts';

/** Milliseconds between two tries. */
const PAUSE = 500;

interface Locking {
  readonly session: HostSession;
  readonly holder: Omit<LockHolder, 'limit'>;
  /** Milliseconds. */
  readonly wait: number;
  readonly emit: Listener;
  readonly signal: AbortSignal;
}

/**
 * The locks of a host, one for each user as whom this run may act: those of the users as whom others may act are of no
 * concern. All are got before anything is changed, and in one order for all runs, so that none has what another waits for.
 */
export class HostLocks {
  readonly #program: HostProgram;
  readonly #locking: Locking;
  /** What the host is asked in the first trip. */
  readonly #asked: HostLooks;
  /** What the first was answered in another trip. */
  #answered: { readonly user: string; readonly answer: LockAnswer } | undefined;

  /** @param asked what the host is asked in the first trip. */
  constructor(program: HostProgram, asked: HostLooks, locking: Locking) {
    this.#program = program;
    this.#asked = asked;
    this.#locking = locking;
  }

  /**
   * Tries to get the first lock in a trip that is made anyway, before what is looked at in it. Undefined where that has been
   * done, or nothing was asked as its user yet.
   */
  tryAlong(): AlongFrame | undefined {
    const { session } = this.#locking;
    const [user] = actingUsers(this.#program);
    if (this.#answered !== undefined || user === undefined) return undefined;
    // Only a shell that was there before the first look tells whether another run has been at work since.
    if (!isSurelyThere(user, this.#program) || !session.users.includes(user)) return undefined;
    const { frame, timeout, read } = session.lockFrame(this.#holder);
    return {
      user,
      frame,
      timeout,
      take: (result) => {
        this.#answered = { user, answer: read(result) };
      },
    };
  }

  /**
   * Gets all locks, and waits for them where another run has them.
   *
   * @returns whether no other run has had one of them since this run first looked at the host.
   * @throws ConnectionError of kind `locked` when another run does not give one back in time.
   */
  async get(state: HostState): Promise<boolean> {
    let fresh = true;
    const { wait } = this.#locking;
    const until = performance.now() + wait;
    for (const user of usersToLock(this.#program, state)) {
      const known = this.#answered?.user === user ? this.#answered.answer : undefined;
      const wasOpen = state.looks.size === 0 || this.#wasOpen(user);
      fresh = (await this.#getOne(user, until, known)) && wasOpen && fresh;
    }
    return fresh;
  }

  /**
   * Whether a user's shell, which has read who had the lock last, was there before that was looked at which runs of this user
   * may change. Of root that is everything; of others, what they see themselves.
   */
  #wasOpen(user: string): boolean {
    if (user !== 'root') return this.#locking.session.users.includes(user);
    return [...this.#asked.keys()].some((key) => key.startsWith('root\u0000'));
  }

  get #holder(): LockHolder {
    return { ...this.#locking.holder, limit: longestStep(this.#program) };
  }

  async #getOne(user: string, until: number, first: LockAnswer | undefined): Promise<boolean> {
    const { session, emit, signal } = this.#locking;
    const { host } = this.#program;
    let known = first;
    for (let told = false; ; ) {
      const answer = known ?? (await session.lock(user, this.#holder));
      known = undefined;
      if (answer.kind === 'held') return answer.fresh;
      if (answer.kind === 'impossible') {
        throw locked(
          `the host cannot be locked against other runs: ${answer.message}`,
          'mend that on the host, so that no two runs change it at the same time',
        );
      }
      if (performance.now() >= until) {
        throw locked(
          `another run is changing this host: ${answer.holder}`,
          'nothing was changed here; run again when the other run is done, or wait for it with --lock-timeout',
        );
      }
      if (!told) emit({ type: 'host-waiting', host, holder: answer.holder });
      told = true;
      await sleep(Math.min(PAUSE, until - performance.now()), undefined, { signal }).catch(() => {});
      if (signal.aborted) {
        throw new ConnectionError({
          kind: 'interrupted',
          message: 'the run was interrupted while it waited for another one',
        });
      }
    }
  }
}

function locked(message: string, hint: string): ConnectionError {
  return new ConnectionError({ kind: 'locked', message, hint });
}

/** Seconds that any of the steps may take. */
function longestStep({ sections }: HostProgram): number {
  return Math.max(...sections.flatMap(({ steps }) => steps.map(({ timeout }) => timeout)));
}
