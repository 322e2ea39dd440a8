import type { FailureKind } from './result.ts';

export interface FailureDetails {
  readonly kind: FailureKind;
  readonly reason: string;
  readonly hint?: string;
}

/** Carries a failure out of a library's evaluator. Never leaves this folder. */
export class FailureError extends Error {
  readonly failure: FailureDetails;
  /** The variable that could not be had. */
  readonly variable: string | undefined;

  constructor(failure: FailureDetails, variable?: string) {
    super(failure.reason);
    this.failure = failure;
    this.variable = variable;
  }
}

/** A function got an argument that it cannot use. */
export function invalidArgument(reason: string, hint?: string): FailureError {
  return new FailureError({ kind: 'invalid', reason, ...(hint === undefined ? {} : { hint }) });
}
