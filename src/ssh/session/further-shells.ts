import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { ShellOpener } from '../privilege/shell-opener.ts';
import type { Transport } from '../transport.ts';
import { within } from '../within.ts';
import { extraLanes, LARGE, LONG, underWay } from './lanes.ts';
import type { RemoteShell } from './remote-shell.ts';

/** OpenSSH's default for the channels of one connection is ten (MaxSessions); one is left for what comes in between. */
const MAX_SESSIONS = 9;
/** When the server is asked how far it is, in milliseconds from the first time: either end may be busy. */
const MOMENTS = [0, 4, 8];
/** Milliseconds of round trip that cannot be told from none. */
const NEAR = 1;
/** Milliseconds until a shell that may be wanted soon has to be open. */
const OPENING = 60_000;

/** Milliseconds that a host may take to end shells before their room counts as free. */
const LEAVING = 2_000;

interface Ahead {
  readonly user: string;
  readonly shells: Promise<readonly RemoteShell[]>;
  /** Aborted: what is not open yet is not opened any more. */
  readonly dropped: AbortController;
}

/** Opens the shells that take parts of a large file, where the link is so long that one channel would not fill it. */
export class FurtherShells {
  readonly #transport: Transport;
  readonly #opener: ShellOpener;
  /** Milliseconds of a round trip at most. */
  #atMost = Number.POSITIVE_INFINITY;
  /** The server has been asked, and is not far. */
  #isNear = false;
  #ahead: Ahead | undefined;
  /** Resolves when those that were dropped are gone. */
  #gone: Promise<unknown> = Promise.resolve();

  constructor(transport: Transport, opener: ShellOpener) {
    this.#transport = transport;
    this.#opener = opener;
  }

  /** Tells what a round trip took, and the machines at its ends with it: milliseconds. */
  tripTook(milliseconds: number): void {
    this.#atMost = Math.min(this.#atMost, milliseconds);
  }

  /**
   * Opens the shells for a file while something else is still waited for: on a long link they take three round trips.
   *
   * @param size bytes.
   * @param open how many other shells the session has.
   */
  expect(user: string, size: number, open: number): void {
    void this.drop();
    const dropped = new AbortController();
    const shells = this.#open(user, size, open, OPENING, dropped.signal);
    shells.catch(() => {});
    this.#ahead = { user, shells, dropped };
  }

  /** Those for a file that is sent now; none where one channel is as good, or the host allows no more. */
  async take(user: string, size: number, open: number, timeout: number): Promise<readonly RemoteShell[]> {
    const ahead = this.#ahead?.user === user ? this.#ahead : undefined;
    if (ahead === undefined) return this.#open(user, size, open, timeout);
    this.#ahead = undefined;
    return ahead.shells;
  }

  /**
   * How many bytes should be under way of a file that is sent over one channel, after it has been asked for others.
   *
   * @param size bytes.
   */
  underWay(size: number): number {
    return size < LARGE ? Number.POSITIVE_INFINITY : underWay(this.#atMost);
  }

  /**
   * Ends those that nobody has taken, and waits for those that are released as well.
   *
   * @returns resolves when the host has their room for others: it counts a channel until it has seen it end.
   */
  async drop(): Promise<void> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead !== undefined) {
      ahead.dropped.abort();
      this.#leave(ahead.shells);
    }
    await this.#gone;
  }

  /** Ends those that have done what they were taken for. Nothing but another shell waits for that (`drop`). */
  release(shells: readonly RemoteShell[]): void {
    this.#leave(Promise.resolve(shells));
  }

  #leave(shells: Promise<readonly RemoteShell[]>): void {
    const gone = shells.then((all) => Promise.all(all.map((shell) => shell.close()))).catch(() => {});
    this.#gone = Promise.all([this.#gone, within(LEAVING, gone)]);
  }

  async #open(
    user: string,
    size: number,
    open: number,
    timeout: number,
    dropped?: AbortSignal,
  ): Promise<readonly RemoteShell[]> {
    if (size < LARGE || !(await this.#isLong(dropped))) return [];
    const count = Math.min(extraLanes(size, this.#atMost), MAX_SESSIONS - open);
    const opening = Array.from({ length: Math.max(0, count) }, () => this.#opener.open(user, timeout, true));
    const shells = await Promise.allSettled(opening);
    return shells.flatMap((shell) => (shell.status === 'fulfilled' ? [shell.value.shell] : []));
  }

  /**
   * Opening a shell has told how long a round trip is at most. The server is asked unless that is next to nothing, and again where
   * the first answer may have been late.
   */
  async #isLong(dropped?: AbortSignal): Promise<boolean> {
    if (this.#isNear || this.#atMost < NEAR) return false;
    const moments = this.#atMost < LONG ? MOMENTS.slice(0, 1) : MOMENTS;
    const asked = moments.map(async (moment) => {
      await sleep(moment, undefined, { signal: dropped });
      this.tripTook((await this.#transport.roundTrip().catch(() => undefined)) ?? 0);
    });
    const unasked = new Promise<void>((resolve) => dropped?.addEventListener('abort', () => resolve()));
    const answered = Promise.race([Promise.all(asked), unasked]);
    await within(LONG + Math.max(...moments), answered).catch(() => false);
    // An answer may lie there already where this process was busy.
    await turn();
    if (dropped?.aborted) return false;
    this.#isNear = this.#atMost < LONG;
    return !this.#isNear;
  }
}
