import { createConnection, type Socket } from 'node:net';
import { DelayLine } from './delay-line.ts';

export interface LinkOptions {
  /** Where the other end is. */
  readonly address: string;
  readonly port: number;
  /** Milliseconds that a byte and its answer take, there and back. */
  readonly roundTrip: number;
  /** Bytes that may be under way in each direction, as a TCP window allows them. Infinity: no limit. */
  readonly window: number;
  /** Told once for each connection, when the near end has nothing more to say. */
  readonly counted?: (trips: number) => void;
}

/** What travels: TCP's own handshake, bytes, the end of a stream. */
type Content = 'open' | Buffer | 'end';

/** On its way, with the round trips that its sender had seen by then. */
interface Parcel {
  readonly content: Content;
  readonly trips: number;
}

/** How many round trips, one after the other, it took until an end of the link was where it is. */
interface TripClock {
  trips: number;
}

/**
 * Joins a connection that was just accepted to the link's other end, as if they were far apart: each byte arrives half
 * a round trip after it was sent, and TCP's own handshake takes its round trip before anything else can travel.
 *
 * Round trips are counted as logical clocks count (Lamport, 1978): what the far end says after it has heard the near
 * one is a trip later. So waiting for one answer counts once, however many bytes it has, and however busy the machine.
 */
export function joinOverLink(near: Socket, options: LinkOptions): void {
  const { address, port, roundTrip, window } = options;
  // The one who connects may send as soon as the answer to its SYN is there. What it sends then comes with the ACK.
  const opened = performance.now() + roundTrip;
  let far: Socket | undefined;
  // TCP's own handshake is the first.
  const nearClock: TripClock = { trips: 1 };
  const farClock: TripClock = { trips: 1 };
  const up = new DelayLine<Parcel>(roundTrip / 2, ({ content, trips }) => {
    farClock.trips = Math.max(farClock.trips, trips);
    if (content === 'open') far = open();
    else if (far !== undefined) upFlow.arrived(content, far);
  });
  const down = new DelayLine<Parcel>(roundTrip / 2, ({ content, trips }) => {
    // What nobody can wait for counts for nothing: after the last bytes comes only the end.
    if (content !== 'end') nearClock.trips = Math.max(nearClock.trips, trips + 1);
    downFlow.arrived(content, near);
  });
  const upFlow = new Flow(up, window, nearClock, () => options.counted?.(nearClock.trips));
  const downFlow = new Flow(down, window, farClock);

  function open(): Socket {
    const socket = createConnection({ host: address, port, noDelay: true, allowHalfOpen: true });
    downFlow.from(socket);
    socket.on('error', close).on('close', () => downFlow.closed());
    return socket;
  }
  function close(): void {
    up.clear();
    down.clear();
    near.destroy();
    far?.destroy();
  }

  near.setNoDelay(true);
  near.on('error', close).on('close', () => upFlow.closed());
  up.put({ content: 'open', trips: nearClock.trips }, opened);
  upFlow.from(near, opened);
}

/** One direction of a link. */
class Flow {
  readonly #line: DelayLine<Parcel>;
  readonly #window: number;
  readonly #clock: TripClock;
  readonly #onEnd: () => void;
  #source: Socket | undefined;
  #underWay = 0;
  #ended = false;

  /** @param clock of the end that sends. */
  constructor(line: DelayLine<Parcel>, window: number, clock: TripClock, onEnd: () => void = () => {}) {
    this.#line = line;
    this.#onEnd = onEnd;
    this.#clock = clock;
    this.#window = window;
  }

  /** @param earliest when the first byte can start on its way, by `performance.now()`. */
  from(source: Socket, earliest = 0): void {
    this.#source = source;
    source.on('data', (bytes: Buffer) => {
      this.#underWay += bytes.length;
      if (this.#underWay >= this.#window) source.pause();
      this.#line.put({ content: bytes, trips: this.#clock.trips }, Math.max(performance.now(), earliest));
    });
    source.on('end', () => this.closed());
  }

  /** No more will come. */
  closed(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#line.put({ content: 'end', trips: this.#clock.trips });
    this.#onEnd();
  }

  arrived(content: Content, target: Socket): void {
    if (typeof content === 'string') {
      target.end();
      return;
    }
    target.write(content, () => {
      this.#underWay -= content.length;
      if (this.#underWay < this.#window) this.#source?.resume();
    });
  }
}
