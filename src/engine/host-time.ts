import { setMaxListeners } from 'node:events';
import { ConnectionError, type ConnectionFailure } from '../ssh/errors.ts';

/** How long a run may take. Milliseconds; absent: as long as it needs. */
export interface TimeLimits {
  /** Each host, from its turn on. */
  readonly host?: number;
  /** All hosts together. */
  readonly run?: number;
}

/** When the work of a host has to end, and why: its time is over, or the run's, or somebody has interrupted the run. */
export class HostTime {
  /** Aborted then: nothing new is begun, nothing more is looked at, what acts is finished. */
  readonly signal: AbortSignal;
  readonly #abort = new AbortController();
  readonly #run: AbortSignal;
  readonly #interrupt: () => void;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #ends: number;

  /**
   * @param run aborted when the run is interrupted.
   * @param runEnds when the time of the run is over, by the monotonic clock.
   */
  constructor(run: AbortSignal, { host, run: whole }: TimeLimits, runEnds: number) {
    this.signal = this.#abort.signal;
    this.#run = run;
    this.#interrupt = () => this.#abort.abort(new ConnectionError(INTERRUPTED));
    // One listener for each host at work: Node would warn of a leak from the eleventh on.
    setMaxListeners(0, run);
    run.addEventListener('abort', this.#interrupt, { once: true });
    const now = performance.now();
    const hostEnds = host === undefined ? Number.POSITIVE_INFINITY : now + host;
    this.#ends = Math.min(hostEnds, runEnds);
    if (run.aborted) this.#interrupt();
    if (this.#ends === Number.POSITIVE_INFINITY) return;
    const failure = hostEnds <= runEnds ? tooLong('host', host ?? 0) : tooLong('run', whole ?? 0);
    const over = (): void => this.#abort.abort(new ConnectionError(failure));
    if (this.#ends <= now) over();
    else this.#timer = setTimeout(over, this.#ends - now);
  }

  /** Why nothing new is begun any more; undefined as long as it is. */
  get failure(): ConnectionFailure | undefined {
    return failureOf(this.signal);
  }

  /** Milliseconds. */
  get left(): number {
    return Math.max(0, this.#ends - performance.now());
  }

  /** The host is done. */
  end(): void {
    clearTimeout(this.#timer);
    this.#run.removeEventListener('abort', this.#interrupt);
  }
}

/** Why a host's work has to end, in the words of its signal. */
export function failureOf({ aborted, reason }: AbortSignal): ConnectionFailure | undefined {
  if (!aborted) return undefined;
  return reason instanceof ConnectionError ? reason.failure : INTERRUPTED;
}

/**
 * Waits for a result no longer than until the signal; what becomes of it then is of no concern any more.
 *
 * @throws ConnectionError with the signal's reason.
 */
export async function untilAborted<Value>(result: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new ConnectionError(failureOf(signal) ?? INTERRUPTED));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const INTERRUPTED: ConnectionFailure = { kind: 'interrupted', message: 'the run was interrupted' };

function tooLong(what: 'host' | 'run', milliseconds: number): ConnectionFailure {
  const limit = `${Math.round(milliseconds / 100) / 10} s (--${what}-timeout)`;
  return {
    kind: 'time-limit',
    message:
      what === 'host' ? `this host was not done within ${limit}` : `the run was not done within ${limit}`,
    hint: 'run again: what is done is not done twice',
  };
}
