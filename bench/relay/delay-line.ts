/**
 * Hands things over a fixed time after they were put in, in the order in which they came, and never earlier. It is
 * the wire of the relay: what is under way is kept here.
 */
export class DelayLine<T> {
  readonly #delay: number;
  readonly #deliver: (thing: T) => void;
  readonly #queue: { readonly due: number; readonly thing: T }[] = [];
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param delay milliseconds.
   * @param deliver is called once for each thing.
   */
  constructor(delay: number, deliver: (thing: T) => void) {
    this.#delay = delay;
    this.#deliver = deliver;
  }

  /** @param from when it starts on its way, by `performance.now()`; not before what is already under way. */
  put(thing: T, from: number = performance.now()): void {
    if (this.#delay === 0 && this.#queue.length === 0 && from <= performance.now()) {
      // A timer would take a millisecond.
      this.#deliver(thing);
      return;
    }
    this.#queue.push({ due: Math.max(from + this.#delay, this.#queue.at(-1)?.due ?? 0), thing });
    this.#arm();
  }

  /** Forgets what is under way. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue.length = 0;
  }

  #arm(): void {
    const [next] = this.#queue;
    if (next === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#run(), Math.ceil(Math.max(0, next.due - performance.now())));
  }

  #run(): void {
    this.#timer = undefined;
    const now = performance.now();
    let ready = 0;
    while (ready < this.#queue.length && (this.#queue[ready] as { due: number }).due <= now) ready += 1;
    for (const { thing } of this.#queue.splice(0, ready)) this.#deliver(thing);
    this.#arm();
  }
}
