import type { Range } from '../documents/diagnostic.ts';

/** A member whose name is only known when the expression is evaluated: `sha256[facts.arch]`. */
export interface DynamicSegment {
  /** The index expression as written. */
  readonly dynamic: string;
}

export type ReferenceSegment = string | number | DynamicSegment;

/** One use of a variable: `go.sha256[facts.arch]` has path `['go', 'sha256', {dynamic: 'facts.arch'}]`. */
export interface Reference {
  /** Root identifier first, then the members as far as they are written. */
  readonly path: readonly [string, ...ReferenceSegment[]];
  /** Guarded by `has()`, `default()` or `.?`: its absence is no error. */
  readonly optional: boolean;
  /** Offsets in the expression's own text. */
  readonly start: number;
  readonly end: number;
  /** Place of the expression's text in its file, when it came from one. */
  readonly range?: Range;
}

/** The names of the facts that are used. `dynamic`: one is chosen at run time, so all of them are needed. */
export interface NamedFacts {
  readonly names: readonly string[];
  readonly dynamic: boolean;
}

/** Which facts the references need. See `expandReferences` for those reached through variables. */
export function factsNamed(_references: readonly Reference[], _root = 'facts'): NamedFacts {
  throw new Error('not written yet');
}
