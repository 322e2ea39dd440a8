import type { Bench } from '../bench.ts';
import type { PartFindings } from '../report/results.ts';

/** A part of the bench: what is measured together. */
export interface Part {
  /** For `--only`. */
  readonly id: string;
  readonly title: string;
  /**
   * Takes the hosts in whatever state they are, and may leave them in any. What it has found before it fails is lost,
   * what other parts have found is not.
   */
  readonly measure: (bench: Bench) => Promise<PartFindings>;
}
