import type { Diagnostic, Range } from '../documents/diagnostic.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import type { Reference } from './reference.ts';
import type { EvaluationResult } from './result.ts';
import type { Scope } from './scope.ts';

/** Where an expression's text stands. */
export interface ExpressionOrigin {
  readonly document: SourceDocument;
  /** Place of the whole text; used when a part of it cannot be located. */
  readonly range: Range;
  /** Place of characters `start` to `end` of the expression. */
  locate?(start: number, end: number): Range;
}

/** A compiled condition or interpolation: CEL (Common Expression Language) with the functions of `functions.ts`. */
export interface Expression {
  readonly source: string;
  readonly references: readonly Reference[];
  /** Without side effects; never throws. Whole numbers come back as numbers when they are safe integers. */
  evaluate(scope: Scope): EvaluationResult;
}

export interface CompiledExpression {
  readonly expression?: Expression;
  readonly diagnostics: readonly Diagnostic[];
}

/** Never throws: what cannot be compiled is told in `diagnostics`. */
export function compileExpression(_source: string, _origin?: ExpressionOrigin): CompiledExpression {
  throw new Error('not written yet');
}

/** The origin of text that stands as a scalar at `path`. */
export function originAt(_document: SourceDocument, _path: readonly (string | number)[]): ExpressionOrigin {
  throw new Error('not written yet');
}
