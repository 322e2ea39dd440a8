const REASON = Symbol('unknown value');

/** Stands in plain data for a value that cannot be known yet. */
export interface UnknownValue {
  readonly [REASON]: string;
}

/** For members of results and facts that only exist later; using one fails with kind `unknown` and this reason. */
export function unknownValue(reason: string): UnknownValue {
  return Object.freeze({ [REASON]: reason });
}

/** The reason when `value` is unknown. */
export function unknownReason(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !(REASON in value)) return undefined;
  return (value as UnknownValue)[REASON];
}
