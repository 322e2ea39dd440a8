import type { ConnectionFailure } from '../ssh/errors.ts';
import type { Change } from './change.ts';
import type { GuardState } from './guard/guarded.ts';
import type { Json } from './json.ts';

/** What a run is for. All three observe and compare alike; only `apply` goes on to act. */
export type RunMode = 'apply' | 'dry-run' | 'drift';

/**
 * How a step stands on a host.
 * - `ok`: as wanted;
 * - `changed`: differs (dry run, drift) or was changed (apply);
 * - `skipped`: its condition is false;
 * - `deferred`: can only be known at apply, for the reason given (dry run and drift only);
 * - `failed`: the wanted state cannot be reached, or reaching it failed;
 * - `unreached`: not tried, because an earlier step failed or the run was interrupted.
 */
export type StepStatus = 'ok' | 'changed' | 'skipped' | 'deferred' | 'failed' | 'unreached';

/** Why values of a step are not told: `no_log` says so, or its arguments hold a secret. */
export type HiddenBecause = 'no_log' | 'secret';

/** One step (or one round of its loop) on one host, finished. */
export interface StepReport {
  readonly step: StepRef;
  readonly status: StepStatus;
  readonly changes: readonly Change[];
  /** Why it was skipped, deferred or left out. */
  readonly reason?: string;
  readonly failure?: StepProblem;
  /** The failure was allowed by `ignore_errors`. */
  readonly ignored?: boolean;
  /** The step runs on every apply and says nothing about drift. */
  readonly always?: boolean;
  readonly notes?: readonly string[];
  /**
   * Dry run only: earlier steps that will do what nobody can foresee (commands). This one is told as if they changed
   * nothing that it looks at; apply looks again.
   */
  readonly assumes?: readonly StepRef[];
  /** What the step yields for `register`. */
  readonly output?: { readonly [key: string]: Json };
  readonly hidden?: HiddenBecause;
  /** Milliseconds of work on the host; 0 when there was nothing to do. */
  readonly duration: number;
}

export interface StepRef {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** The loop's item, as text. */
  readonly item?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface StepProblem {
  readonly message: string;
  readonly hint?: string;
  /** What the host's command wrote to standard error. */
  readonly stderr?: string;
  /** The change may or may not have happened: it is observed again by the next run. */
  readonly unknown?: boolean;
  /** The change was under guard and was undone: the host is as it was before the step. */
  readonly rolledBack?: boolean;
  /** The change cut the way in, or may have: it is neither tried again nor ignored. */
  readonly lockout?: boolean;
}

/** A step that came out otherwise than the prediction made before the first step acted. */
export interface Surprise {
  readonly step: StepRef;
  readonly predicted: readonly Change[];
  readonly made: readonly Change[];
}

/** How a host ended. */
export type HostStatus = 'ok' | 'changed' | 'failed' | 'unreachable';

export interface HostReport {
  readonly host: string;
  readonly status: HostStatus;
  readonly steps: readonly StepReport[];
  /** Apply only. Steps that were announced as deferred are none: nothing was predicted of them. */
  readonly surprises: readonly Surprise[];
  readonly connection?: ConnectionFailure;
  /** A bug of ours ended the work on this host; the other hosts go on. */
  readonly bug?: { readonly message: string; readonly stack?: string };
  /** Connections opened, and round trips made after login. */
  readonly connections: number;
  readonly roundTrips: number;
  /** Bytes of files sent. */
  readonly bytesSent: number;
  /** Milliseconds. */
  readonly duration: number;
}

export interface RunReport {
  readonly mode: RunMode;
  readonly hosts: readonly HostReport[];
  /** Milliseconds. */
  readonly duration: number;
  readonly interrupted: boolean;
}

/** What a caller knows of a run and the engine only passes on, for those who put runs together later. */
export interface RunOrigin {
  /** What the run was told, apart from its hosts and their variables. */
  readonly options: { readonly [name: string]: Json };
  /** When this is one part of a run over several controllers. */
  readonly shard?: RunShard;
}

/** What a part knows of the whole run. */
export interface RunShard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
  /** Hosts of all parts together. */
  readonly hosts: number;
  /** Where each host of this part stands in the order of the whole run, from 0. */
  readonly places: readonly number[];
}

/** Everything the engine says. Times are milliseconds since the run began, by a monotonic clock. */
export type EngineEvent =
  | {
      readonly type: 'run-started';
      readonly mode: RunMode;
      readonly hosts: readonly string[];
      readonly steps: number;
      readonly origin?: RunOrigin;
    }
  /** How many hosts may be at work at the same time from now on, where the run finds out by itself. */
  | { readonly type: 'concurrency'; readonly limit: number; readonly reason: string }
  | { readonly type: 'host-started'; readonly host: string }
  | { readonly type: 'host-connected'; readonly host: string }
  /** Apply only: another run is changing the host, and this one waits for it. `holder` tells which, for people. */
  | { readonly type: 'host-waiting'; readonly host: string; readonly holder: string }
  | {
      readonly type: 'host-observed';
      readonly host: string;
      readonly steps: number;
      readonly changes: number;
      /** Where there is something to do: the steps that are gone through from now on, each once, in order. */
      readonly planned?: readonly StepRef[];
    }
  | {
      readonly type: 'step-started';
      readonly host: string;
      readonly step: StepRef;
      readonly action: string;
      /** What it is about to make, as it may be told to anyone. */
      readonly changes?: readonly Change[];
    }
  | { readonly type: 'step-finished'; readonly host: string; readonly report: StepReport }
  | {
      readonly type: 'step-retried';
      readonly host: string;
      readonly step: StepRef;
      readonly attempt: number;
      readonly problem: StepProblem;
    }
  /** What becomes of the guard of a change that can cut the way in. */
  | {
      readonly type: 'guard';
      readonly host: string;
      readonly step: StepRef;
      readonly state: GuardState;
      /** What of the way in is changed, in words. */
      readonly what: string;
      /** Why the change does not stay. */
      readonly reason?: string;
    }
  | {
      readonly type: 'transfer';
      readonly host: string;
      readonly step: StepRef;
      readonly sent: number;
      readonly total: number;
    }
  | { readonly type: 'host-finished'; readonly host: string; readonly report: HostReport }
  | { readonly type: 'run-finished'; readonly report: RunReport };

export type Listener = (event: EngineEvent) => void;
