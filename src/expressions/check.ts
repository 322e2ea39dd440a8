import type { Diagnostic } from '../documents/diagnostic.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import type { Reference } from './reference.ts';
import type { VariableTable } from './scope.ts';

/** What is known of a root before any host is asked. */
export type Known =
  /** The value itself; text in it that holds `{{ }}` is not looked into. */
  | { readonly kind: 'value'; readonly value: unknown }
  /** The names of its members, not their values: facts. */
  | { readonly kind: 'members'; readonly names: readonly string[]; readonly noun?: string }
  /** That it exists: loop items, registered results. */
  | { readonly kind: 'any' };

export interface KnownNames {
  readonly roots: ReadonlyMap<string, Known>;
}

/** Undefined variables and members, with the nearest spelling. Guarded (`optional`) references are not looked at. */
export function checkReferences(
  _references: readonly Reference[],
  _known: KnownNames,
  _document?: SourceDocument,
): readonly Diagnostic[] {
  throw new Error('not written yet');
}

/** The references and, through variables that hold `{{ }}`, everything that they need in turn. */
export function expandReferences(
  _references: readonly Reference[],
  _variables: readonly VariableTable[],
): readonly Reference[] {
  throw new Error('not written yet');
}

/** `Known` for every variable of the tables; the first table that has a name wins. */
export function knownVariables(_variables: readonly VariableTable[]): Map<string, Known> {
  throw new Error('not written yet');
}
