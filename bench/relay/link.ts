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
}

/** What travels: TCP's own handshake, bytes, the end of a stream. */
type Parcel = 'open' | Buffer | 'end';

/**
 * Joins a connection that was just accepted to the link's other end, as if they were far apart: each byte arrives half
 * a round trip after it was sent, and TCP's own handshake takes its round trip before anything else can travel.
 */
export function joinOverLink(near: Socket, options: LinkOptions): void {
  const { address, port, roundTrip, window } = options;
  // The one who connects may send as soon as the answer to its SYN is there. What it sends then comes with the ACK.
  const opened = performance.now() + roundTrip;
  let far: Socket | undefined;
  const up = new DelayLine<Parcel>(roundTrip / 2, (parcel) => {
    if (parcel === 'open') far = open();
    else if (far !== undefined) upFlow.arrived(parcel, far);
  });
  const down = new DelayLine<Parcel>(roundTrip / 2, (parcel) => downFlow.arrived(parcel, near));
  const upFlow = new Flow(up, window);
  const downFlow = new Flow(down, window);

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
  up.put('open', opened);
  upFlow.from(near, opened);
}

/** One direction of a link. */
class Flow {
  readonly #line: DelayLine<Parcel>;
  readonly #window: number;
  #source: Socket | undefined;
  #underWay = 0;
  #ended = false;

  constructor(line: DelayLine<Parcel>, window: number) {
    this.#line = line;
    this.#window = window;
  }

  /** @param earliest when the first byte can start on its way, by `performance.now()`. */
  from(source: Socket, earliest = 0): void {
    this.#source = source;
    source.on('data', (bytes: Buffer) => {
      this.#underWay += bytes.length;
      if (this.#underWay >= this.#window) source.pause();
      this.#line.put(bytes, Math.max(performance.now(), earliest));
    });
    source.on('end', () => this.closed());
  }

  /** No more will come. */
  closed(): void {
    if (!this.#ended) this.#line.put('end');
    this.#ended = true;
  }

  arrived(parcel: Parcel, target: Socket): void {
    if (typeof parcel === 'string') {
      target.end();
      return;
    }
    target.write(parcel, () => {
      this.#underWay -= parcel.length;
      if (this.#underWay < this.#window) this.#source?.resume();
    });
  }
}
