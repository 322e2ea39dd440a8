import type { LocalAnswers } from './local-answers.ts';
import type { LookAhead } from './look-ahead.ts';
import type { Preparation } from './prepare.ts';
import type { RunOptions } from './run-options.ts';
import type { SharedReports } from './shared-reports.ts';
import type { thisRun } from './this-run.ts';
import type { Turns } from './turns.ts';

/** What all hosts of a run have in common. */
export interface Fleet extends RunOptions {
  readonly local: LocalAnswers;
  readonly first: Preparation['first'];
  readonly turns: Turns;
  readonly ahead: LookAhead;
  readonly holder: ReturnType<typeof thisRun>;
  readonly shared: SharedReports;
  /** When the time of the run is over, by the monotonic clock. */
  readonly runEnds: number;
}
