import type { Condition } from './conditions.ts';
import type { Announced } from './keywords.ts';
import type { Place } from './place.ts';
import type { Field } from './values.ts';

/** A line that says something. */
export interface Setting extends Place {
  readonly field: Field;
  readonly value: unknown;
}

/** A line that says something that is not used. */
export interface Unused extends Place {
  readonly keyword: string;
  readonly announced: Announced;
}

/** Lines that count under one condition. Blocks stand in the order in which OpenSSH reads them, includes in their place. */
export interface Block extends Place {
  /** Undefined: whenever the block of `within` counts. */
  readonly condition: Condition | undefined;
  /** The index of the block that must count for this one to. */
  readonly within: number | undefined;
  readonly settings: Setting[];
  readonly unused: Unused[];
}
