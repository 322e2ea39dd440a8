import type { Style } from '../style.ts';

export interface SummaryOptions {
  readonly style: Style;
  /** Show unified diffs of texts. */
  readonly diff: boolean;
  /** 0 … 3, as `-v` was given. */
  readonly verbosity: number;
  /** How many names and ranges of hosts are written out. */
  readonly mostNames: number;
}
