/**
 * Lets only so many do something at the same time, in the order in which they came. What is urgent goes before all that waits, and
 * there is one place more for it: those who have the others may keep them for long.
 */
export class Slots {
  readonly #count: number;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #urgent: (() => void)[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  async use<T>(work: () => Promise<T>, urgent = false): Promise<T> {
    if (this.#taken < this.#count + (urgent ? 1 : 0)) this.#taken += 1;
    else await new Promise<void>((resolve) => void (urgent ? this.#urgent : this.#waiting).push(resolve));
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** The place is passed on, where somebody may have it. */
  #leave(): void {
    const next = this.#urgent.shift() ?? (this.#taken <= this.#count ? this.#waiting.shift() : undefined);
    if (next === undefined) this.#taken -= 1;
    else next();
  }
}
