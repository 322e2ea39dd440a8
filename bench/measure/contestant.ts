import type { Ended } from './child.ts';

/** A command that is measured beside others. */
export interface Contestant {
  /** Unique in its part, and the same in all parts that measure it. */
  readonly name: string;
  /** The command; of each round when it differs. Round 0 is the one that is not counted. */
  readonly argv: readonly string[] | ((round: number) => readonly string[]);
  readonly env?: Readonly<Record<string, string>>;
  /** Rounds that count, when other than the bench's usual number. */
  readonly rounds?: number;
  /** The exit code that means done. Default 0. */
  readonly code?: number;
  /** Seconds that a run may take. Default 600. */
  readonly limit?: number;
  /** Done before each run, not measured. */
  readonly before?: (round: number) => Promise<void>;
  /** Done after each run, not measured. Throws when the work was not really done. */
  readonly check?: (ended: Ended, round: number) => Promise<void> | void;
}
