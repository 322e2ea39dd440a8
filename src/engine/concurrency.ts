/** How many hosts may be at work at the same time, where the run finds out by itself. */
export interface Concurrency {
  /** To begin with. */
  readonly start: number;
  /** Never more than this. */
  readonly most: number;
  /** Why these numbers, for people. */
  readonly reason: string;
}

/** A change of the limit, and why. */
export interface ConcurrencyChange {
  readonly limit: number;
  readonly reason: string;
}

/** Above this part of its time the controller is at its own limit: more hosts would only wait for it. */
const BUSY = 0.9;

/**
 * The rule by which the limit moves: additive increase, multiplicative decrease. When a connection fails because the
 * controller lacks something (open files, ports, memory), the limit becomes half of what is at work. Whenever as many
 * hosts as the limit have ended since it moved last, and the controller was not busy all the time, it grows by one.
 *
 * Connections that were begun before the last decrease say nothing about the limit after it: a whole wave of them may
 * fail together, and is one failure.
 */
export class ConcurrencyRule {
  readonly #most: number;
  #limit: number;
  #ended = 0;
  #decreases = 0;

  constructor({ start, most }: Concurrency) {
    this.#most = most;
    this.#limit = Math.min(start, most);
  }

  get limit(): number {
    return this.#limit;
  }

  /** Grows with every decrease. A connection that is begun remembers it. */
  get wave(): number {
    return this.#decreases;
  }

  /**
   * A host has ended.
   *
   * @param busy which part of its time (0 to 1) the controller has worked since the limit moved last.
   */
  ended(busy: number): ConcurrencyChange | undefined {
    this.#ended += 1;
    if (this.#ended < this.#limit || this.#limit >= this.#most || busy > BUSY) return undefined;
    const reason = `${this.#ended} ${this.#ended === 1 ? 'host has' : 'hosts have'} ended since, and the controller has time left`;
    return this.#move(this.#limit + 1, reason);
  }

  /**
   * A connection could not be opened for want of something.
   *
   * @param what for people: `no open file was left`.
   * @param wave that of the time when the connection was begun.
   * @param active hosts at work, this one included.
   */
  exhausted(what: string, wave: number, active: number): ConcurrencyChange | undefined {
    if (wave < this.#decreases) return undefined;
    this.#decreases += 1;
    const limit = Math.max(1, Math.min(this.#limit, Math.floor(active / 2)));
    return limit === this.#limit ? undefined : this.#move(limit, what);
  }

  #move(limit: number, reason: string): ConcurrencyChange {
    this.#limit = limit;
    this.#ended = 0;
    return { limit, reason };
  }
}
