import type { FailureKind } from './result.ts';

export interface FailureDetails {
  readonly kind: FailureKind;
  readonly reason: string;
  readonly hint?: string;
}

/** Offsets into an expression. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** Carries a failure out of a library's evaluator. Never leaves this folder. */
export class FailureError extends Error {
  readonly failure: FailureDetails;
  /** The variable that could not be had. */
  readonly variable: string | undefined;
  /** Where in the expression, when it is known. */
  readonly place: Place | undefined;

  constructor(failure: FailureDetails, where: { readonly variable?: string; readonly place?: Place } = {}) {
    super(failure.reason);
    this.failure = failure;
    this.variable = where.variable;
    this.place = where.place;
  }
}

/** A function got an argument that it cannot use. */
export function invalidArgument(reason: string, hint?: string, place?: Place): FailureError {
  const details = { kind: 'invalid', reason, ...(hint === undefined ? {} : { hint }) } as const;
  return new FailureError(details, place === undefined ? {} : { place });
}
