import type { Diagnostic, Range, SourceText } from '../documents/diagnostic.ts';
import type { Path, SourceDocument } from '../documents/source-document.ts';
import { evaluateProgram, toFailure } from './evaluate.ts';
import { invalidArgument } from './failure.ts';
import { type ParsedExpression, parseExpression } from './parse.ts';
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
  /** Where the whole of it stands. */
  readonly place?: { readonly range: Range; readonly source: SourceText };
  /** Without side effects; never throws. Whole numbers come back as numbers when they are safe integers. */
  evaluate(scope: Scope): EvaluationResult;
}

export interface CompiledExpression {
  readonly expression?: Expression;
  readonly diagnostics: readonly Diagnostic[];
}

/** Never throws: what cannot be compiled is told in `diagnostics`. */
export function compileExpression(source: string, origin?: ExpressionOrigin): CompiledExpression {
  function place(start: number, end: number): Range | undefined {
    return origin?.locate?.(start, end) ?? origin?.range;
  }

  function problem(error: unknown): CompiledExpression {
    const { reason, hint, start = 0, end = source.length } = toFailure(error, source);
    return {
      diagnostics: [
        {
          severity: 'error',
          code: 'bad-expression',
          message: reason,
          ...(hint === undefined ? {} : { hint }),
          ...(origin
            ? { file: origin.document.file, source: origin.document, range: place(start, end)! }
            : {}),
        },
      ],
    };
  }

  let parsed: ParsedExpression;
  try {
    if (source.trim() === '') throw invalidArgument('the expression is empty');
    parsed = parseExpression(source);
  } catch (error) {
    return problem(error);
  }
  const references = parsed.references.map((reference): Reference => {
    const range = place(reference.start, reference.end);
    return range && origin ? { ...reference, range, source: origin.document } : reference;
  });
  const evaluate = (scope: Scope) => evaluateProgram(parsed.program, source, scope);
  const at = origin === undefined ? {} : { place: { range: origin.range, source: origin.document } };
  return { expression: { source, references, evaluate, ...at }, diagnostics: [] };
}

/** The origin of text that stands as a scalar at `path`. */
export function originAt(document: SourceDocument, path: Path): ExpressionOrigin {
  return {
    document,
    range: document.locate(path),
    locate: (start, end) => document.locateWithin(path, start, end),
  };
}
