import type { HostSession } from '../ssh/host-session.ts';
import type { Passage } from '../ssh/passage.ts';
import type { Concurrency } from './concurrency.ts';
import type { Listener, RunMode, RunOrigin } from './events.ts';
import type { MemoryStore } from './host-memory.ts';
import type { HostProgram } from './host-program.ts';
import type { TimeLimits } from './host-time.ts';

/** What a run needs from outside: connections and memory. The engine knows neither files nor terminals. */
export interface RunOptions {
  readonly mode: RunMode;
  readonly programs: readonly HostProgram[];
  /** Hosts at work at the same time: so many, or as many as the run finds out to be possible. */
  readonly concurrency: number | Concurrency;
  /** Prove everything by content. */
  readonly deep: boolean;
  /**
   * Opens a connection to a host: the one that is used, and where a change can cut the way in another one as proof. That is
   * `urgent`: the host goes back when it does not come in time. Rejects with ConnectionError.
   */
  readonly connect: (host: string, urgent?: true) => Promise<HostSession>;
  /** What other hosts of the run are reached over a host; absent or undefined where it is none. Asked where a change may cut that. */
  readonly passage?: (host: string) => Passage | undefined;
  /** Make changes that can cut the way in without a rollback on the host. Loud, and seldom wise. */
  readonly noGuard?: boolean;
  readonly memory: MemoryStore;
  readonly limits?: TimeLimits;
  /** Milliseconds to wait for another run that is changing a host. Default 10,000. */
  readonly lockWait?: number;
  /** Told with `run-started`. */
  readonly origin?: RunOrigin;
  readonly emit: Listener;
  /** Aborted: no new step is begun, what is under way is finished. */
  readonly signal: AbortSignal;
}
