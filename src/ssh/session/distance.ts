import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Transport } from '../transport.ts';
import { within } from '../within.ts';
import { LONG } from './lanes.ts';

/** When the server is asked, in milliseconds from the first time: either end may be busy. */
const MOMENTS = [0, 4, 8];
/** Milliseconds of round trip that cannot be told from none. */
const NEAR = 1;

/** How far a host is, as its round trips have told. */
export class Distance {
  readonly #transport: Pick<Transport, 'roundTrip'>;
  #atMost = Number.POSITIVE_INFINITY;
  /** The server has been asked, and is not far, or it cannot be asked. */
  #isNotLong = false;

  constructor(transport: Pick<Transport, 'roundTrip'>) {
    this.#transport = transport;
  }

  /** Milliseconds of a round trip at most; `Infinity` before there was any. */
  get atMost(): number {
    return this.#atMost;
  }

  /** Tells what a round trip took, and the machines at its ends with it: milliseconds. */
  tripTook(milliseconds: number): void {
    this.#atMost = Math.min(this.#atMost, milliseconds);
  }

  /**
   * Whether the link is so long that one channel would not fill it. Round trips before have told how long it is at most. The server
   * is asked unless that is next to nothing, or the link was not long before; and again where the first answer may have been
   * late.
   *
   * @param unwanted aborted: nobody wants to know any more. The answer is no then.
   */
  async isLong(unwanted?: AbortSignal): Promise<boolean> {
    if (this.#isNotLong || this.#atMost < NEAR) return false;
    const moments = this.#atMost < LONG ? MOMENTS.slice(0, 1) : MOMENTS;
    const asked = moments.map(async (moment) => {
      await sleep(moment, undefined, { signal: unwanted });
      const took = await this.#transport.roundTrip();
      if (took === undefined) this.#isNotLong = true;
      else this.tripTook(took);
    });
    const dropped = new Promise<void>((resolve) =>
      unwanted?.addEventListener('abort', () => resolve(), { once: true }),
    );
    await within(LONG + Math.max(...moments), Promise.race([Promise.all(asked), dropped])).catch(() => false);
    // An answer may lie there already where this process was busy.
    await turn();
    if (unwanted?.aborted) return false;
    this.#isNotLong ||= this.#atMost < LONG;
    return !this.#isNotLong;
  }
}
