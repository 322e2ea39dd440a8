import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Path, SourceDocument } from '../documents/source-document.ts';
import type { Reference } from './reference.ts';
import type { ValueFailure, ValueResult } from './result.ts';
import type { Scope } from './scope.ts';

/** A JSON tree whose texts may hold `{{ expression }}`. */
export interface CompiledValue {
  /** As written. */
  readonly raw: unknown;
  /** No `{{ }}` anywhere: `evaluate` gives the same value for every scope. */
  readonly isConstant: boolean;
  readonly references: readonly Reference[];
  /** Syntax errors. When there are any, `evaluate` fails with the first. */
  readonly diagnostics: readonly Diagnostic[];
  evaluate(scope: Scope): ValueResult;
}

/**
 * Compiles every text of a tree. A text that is one `{{ }}` and nothing else keeps the type of its value; any other
 * is joined to text. A literal `{{` is written `{{ "{{" }}`. Mapping keys are not interpolated. Never throws.
 */
export function compileValue(_value: unknown, _document?: SourceDocument, _path?: Path): CompiledValue {
  throw new Error('not written yet');
}

/** A failure as a diagnostic at its place. */
export function failureDiagnostic(_failure: ValueFailure): Diagnostic {
  throw new Error('not written yet');
}
