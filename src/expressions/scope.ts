import type { FailureKind } from './result.ts';
import type { CompiledValue } from './value.ts';

export type Lookup =
  | { readonly ok: true; readonly value: unknown; readonly sensitive: boolean }
  | { readonly ok: false; readonly kind: FailureKind; readonly reason: string; readonly hint?: string };

/** Variables that may hold `{{ }}`, by name. A Map of compiled values will do. */
export interface VariableTable {
  get(name: string): CompiledValue | undefined;
  keys(): Iterable<string>;
}

export interface ScopeInput {
  /** Searched in order: the first table that has the name wins. Resolved lazily, cycles are found. */
  readonly variables?: readonly VariableTable[];
  /** Plain data that is never interpolated and wins over variables: facts, loop items, results. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Roots that exist but are not known yet, with the reason shown to the user. */
  readonly unknown?: Readonly<Record<string, string>>;
  /** Roots whose use makes a result sensitive. */
  readonly sensitive?: Iterable<string>;
}

/** What an expression can see. Immutable; each variable is resolved at most once per scope. */
export interface Scope {
  lookup(name: string): Lookup;
  /** Every name that can be looked up; for suggestions. */
  names(): Iterable<string>;
  /** A scope with more on top (loop items, registered results); variables see the new values. */
  extend(input: ScopeInput): Scope;
}

export function createScope(_input: ScopeInput = {}): Scope {
  throw new Error('not written yet');
}
