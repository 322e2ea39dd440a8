import type { Change } from '../../engine/change.ts';
import type { HostReport, HostStatus, RunMode, RunOrigin, StepRef, StepReport } from '../../engine/events.ts';
import type { OfflineProblem } from '../../engine/prepare.ts';
import type { ConnectionFailure } from '../../ssh/errors.ts';

/** Events as they stand in a stream, once `EVENT_SCHEMAS` has found them right. */
export type EventJson =
  | DiagnosticJson
  | { readonly event: 'refused'; readonly problems: readonly OfflineProblem[] }
  | RunStartedJson
  | { readonly event: 'host-started' | 'host-connected'; readonly host: string }
  | {
      readonly event: 'step-started';
      readonly host: string;
      readonly step: StepRef;
      readonly action: string;
    }
  | StepFinishedJson
  | HostFinishedJson
  | RunFinishedJson;

export interface DiagnosticJson {
  readonly event: 'diagnostic';
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly hint?: string;
}

export interface RunStartedJson {
  readonly event: 'run-started';
  readonly mode: RunMode;
  readonly hosts: readonly string[];
  readonly steps: number;
  readonly time?: string;
  readonly options?: RunOrigin['options'];
  readonly shard?: NonNullable<RunOrigin['shard']>;
}

export interface StepFinishedJson extends Omit<StepReport, 'duration' | 'changes'> {
  readonly event: 'step-finished';
  readonly host: string;
  readonly changes: readonly ChangeJson[];
  readonly durationMs: number;
}

export interface HostFinishedJson
  extends Pick<HostReport, 'host' | 'connections' | 'roundTrips' | 'bytesSent'> {
  readonly event: 'host-finished';
  readonly status: HostStatus;
  readonly surprises: readonly {
    readonly step: StepRef;
    readonly predicted: readonly ChangeJson[];
    readonly made: readonly ChangeJson[];
  }[];
  readonly failure?: ConnectionFailure;
  readonly bug?: string;
  readonly bugStack?: string;
  readonly durationMs: number;
}

export interface ChangeJson extends Omit<Change, 'text' | 'told'> {
  readonly difference?: {
    readonly added?: number;
    readonly removed?: number;
    readonly reason?: 'binary' | 'large' | 'unseen';
    readonly before?: number;
    readonly after?: number;
  };
  readonly diff?: string;
}

export interface RunFinishedJson {
  readonly event: 'run-finished';
  readonly mode: RunMode;
  readonly interrupted: boolean;
  readonly durationMs: number;
  readonly time?: string;
  /** The numbers of the outcome, among others. */
  readonly [key: string]: unknown;
}
