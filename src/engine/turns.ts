import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError } from '../ssh/errors.ts';
import { type Concurrency, type ConcurrencyChange, ConcurrencyRule } from './concurrency.ts';

/** What turns need of the world; tests have one of their own. */
export interface Surroundings {
  /** Waits for so many milliseconds. */
  wait(milliseconds: number): Promise<unknown>;
  /** Which part of its time (0 to 1) the controller has worked since this was last reset. */
  busy(): number;
  reset(): void;
}

export interface TurnsOptions {
  /** A number is a fixed limit. */
  readonly concurrency: number | Concurrency;
  /** Told of the first limit that is not fixed, and of every change. */
  readonly told: (change: ConcurrencyChange) => void;
  readonly signal: AbortSignal;
  readonly surroundings?: Surroundings;
}

/** Milliseconds until a host that is alone tries again: what it lacks is taken by other programs. */
const PAUSE = 1_000;
/** How often that is worth while: then it is told as the failure that it is. */
const MOST_WAITS = 10;

/** Lets hosts work when it is their turn: so many at the same time, in the order in which they came. */
export class Turns {
  readonly #rule: ConcurrencyRule;
  readonly #adapts: boolean;
  readonly #options: TurnsOptions;
  readonly #surroundings: Surroundings;
  readonly #waiting: (() => void)[] = [];
  /** Hosts whose connection is to be tried again: they had their turn before. */
  readonly #again: (() => void)[] = [];
  #active = 0;
  /** How often a host that was alone had to wait since the last one was connected. */
  #waits = 0;

  constructor(options: TurnsOptions) {
    const { concurrency } = options;
    this.#options = options;
    this.#surroundings = options.surroundings ?? createSurroundings();
    this.#adapts = typeof concurrency !== 'number';
    const fixed = (limit: number): Concurrency => ({
      start: limit,
      most: limit,
      reason: 'as --concurrency says',
    });
    const plan = typeof concurrency === 'number' ? fixed(concurrency) : concurrency;
    this.#rule = new ConcurrencyRule(plan);
    if (this.#adapts) options.told({ limit: this.#rule.limit, reason: plan.reason });
  }

  /** Does the work of one host when its turn comes. */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#enter(this.#waiting);
    try {
      return await work();
    } finally {
      this.#active -= 1;
      if (this.#adapts && this.#waiting.length > 0) this.#tell(this.#rule.ended(this.#surroundings.busy()));
      this.#admit();
    }
  }

  /**
   * Opens the connection of a host, within its turn. Where the controller lacks something for it, the limit is lowered and
   * the host tries again when others have ended. With a fixed limit that is a failure like others.
   *
   * @throws ConnectionError
   */
  async connect<Session>(open: () => Promise<Session>): Promise<Session> {
    for (;;) {
      const { wave } = this.#rule;
      try {
        const session = await open();
        this.#waits = 0;
        return session;
      } catch (error) {
        const lacking = error instanceof ConnectionError ? error.lacking : undefined;
        if (lacking === undefined || !this.#adapts || this.#options.signal.aborted) throw error;
        if (this.#active === 1) this.#waits += 1;
        if (this.#waits > MOST_WAITS) throw error;
        this.#tell(this.#rule.exhausted(lacking, wave, this.#active));
        await this.#tryAgain();
        if (this.#options.signal.aborted) throw error;
      }
    }
  }

  async #tryAgain(): Promise<void> {
    this.#active -= 1;
    if (this.#active === 0) await this.#surroundings.wait(PAUSE);
    await this.#enter(this.#again);
  }

  #enter(queue: (() => void)[]): Promise<void> {
    return new Promise((resolve) => {
      queue.push(resolve);
      this.#admit();
    });
  }

  #admit(): void {
    while (this.#active < this.#rule.limit) {
      const next = this.#again.shift() ?? this.#waiting.shift();
      if (next === undefined) return;
      this.#active += 1;
      next();
    }
  }

  #tell(change: ConcurrencyChange | undefined): void {
    if (change === undefined) return;
    this.#surroundings.reset();
    this.#options.told(change);
  }
}

function createSurroundings(): Surroundings {
  let since = performance.eventLoopUtilization();
  return {
    wait: (milliseconds) => sleep(milliseconds),
    busy: () => performance.eventLoopUtilization(since).utilization,
    reset: () => {
      since = performance.eventLoopUtilization();
    },
  };
}
