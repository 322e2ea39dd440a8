import type { ShellOpener } from '../privilege/shell-opener.ts';
import { within } from '../within.ts';
import type { Distance } from './distance.ts';
import { extraLanes, LARGE, underWay } from './lanes.ts';
import type { RemoteShell } from './remote-shell.ts';

/** OpenSSH's default for the channels of one connection is ten (MaxSessions); one is left for what comes in between. */
const MAX_SESSIONS = 9;
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
  readonly #distance: Distance;
  readonly #opener: ShellOpener;
  #ahead: Ahead | undefined;
  /** Resolves when those that were dropped are gone. */
  #gone: Promise<unknown> = Promise.resolve();

  constructor(distance: Distance, opener: ShellOpener) {
    this.#distance = distance;
    this.#opener = opener;
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
    return size < LARGE ? Number.POSITIVE_INFINITY : underWay(this.#distance.atMost);
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
    if (size < LARGE || !(await this.#distance.isLong(dropped))) return [];
    const count = Math.min(extraLanes(size, this.#distance.atMost), MAX_SESSIONS - open);
    const opening = Array.from({ length: Math.max(0, count) }, () => this.#opener.open(user, timeout, true));
    const shells = await Promise.allSettled(opening);
    return shells.flatMap((shell) => (shell.status === 'fulfilled' ? [shell.value.shell] : []));
  }
}
