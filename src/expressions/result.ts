import type { Range, SourceText } from '../documents/diagnostic.ts';
import type { Path } from '../documents/source-document.ts';

/**
 * Why there is no value:
 * - `undefined`: a variable or member does not exist
 * - `unknown`: it will exist, but cannot be known yet (facts before connecting, results of a step not yet run)
 * - `cycle`: a variable needs itself
 * - `invalid`: types that do not fit, a bad argument, a number out of range
 */
export type FailureKind = 'undefined' | 'unknown' | 'cycle' | 'invalid';

export interface EvaluationFailure {
  readonly ok: false;
  readonly kind: FailureKind;
  readonly reason: string;
  readonly hint?: string;
  /** Offsets in the expression's own text. */
  readonly start?: number;
  readonly end?: number;
}

interface EvaluationSuccess {
  readonly ok: true;
  /** Plain JSON data. */
  readonly value: unknown;
  /** A variable marked as sensitive had part in it, directly or through other variables. */
  readonly sensitive: boolean;
}

export type EvaluationResult = EvaluationSuccess | EvaluationFailure;

/** A failure inside a tree of values, with its place. */
export interface ValueFailure extends EvaluationFailure {
  /** From the compiled value to the text that failed. */
  readonly path: Path;
  readonly range?: Range;
  readonly source?: SourceText;
}

export type ValueResult = EvaluationSuccess | ValueFailure;
