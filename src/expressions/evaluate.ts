import {
  type ASTNode,
  TypeError as CelTypeError,
  EvaluationError,
  ParseError,
  type ParseResult,
} from '@marcbachmann/cel-js';
import { nearest } from '../documents/suggest.ts';
import { describeValue } from '../documents/yaml-words.ts';
import { keepSecret } from '../secrets/derived.ts';
import { findNode } from './ast.ts';
import { describeCelError } from './cel-error.ts';
import { fromCel } from './cel-value.ts';
import { counted } from './effort.ts';
import { isAbsence } from './environment.ts';
import { FailureError } from './failure.ts';
import { parseExpression, writtenName } from './parse.ts';
import type { EvaluationFailure, EvaluationResult } from './result.ts';
import type { Scope } from './scope.ts';
import { ScopeMap } from './scope-map.ts';

/** Evaluates a parsed expression. Never throws. */
export function evaluateProgram(program: ParseResult, source: string, scope: Scope): EvaluationResult {
  const variables = new ScopeMap(scope);
  try {
    const value = counted(() => fromCel(program(variables)));
    if (variables.sensitive) keepSecret(value, source);
    return { ok: true, value, sensitive: variables.sensitive };
  } catch (error) {
    return missingMember(error, program.ast, scope) ?? toFailure(error, source, program.ast);
  }
}

/** What was thrown, as data. Rethrows what is a bug. */
export function toFailure(error: unknown, source: string, ast?: ASTNode): EvaluationFailure {
  if (error instanceof FailureError) {
    const { failure, variable, place } = error;
    const use =
      ast && variable && findNode(ast, (node) => node.op === 'id' && writtenName(node.args) === variable);
    const where = use || place;
    return { ok: false, ...pick(failure), ...(where ? { start: where.start, end: where.end } : {}) };
  }
  if (error instanceof RangeError) return { ok: false, kind: 'invalid', ...beyondTheEngine(error) };
  if (!(error instanceof ParseError || error instanceof EvaluationError || error instanceof CelTypeError)) {
    throw error;
  }
  const kind = isAbsence(error) ? 'undefined' : 'invalid';
  const place = error.range ? { start: error.range.start, end: error.range.end } : {};
  return { ok: false, kind, ...describeCelError(error, source), ...place };
}

/** JavaScript's own limits: half a gigabyte of text, and how deep calls may nest. */
function beyondTheEngine({ message }: RangeError): Pick<EvaluationFailure, 'reason'> {
  return {
    reason: /call stack/.test(message) ? 'it is nested too deeply' : 'it makes too long a text or list',
  };
}

function pick({ kind, reason, hint }: FailureError['failure']): FailureError['failure'] {
  return { kind, reason, ...(hint === undefined ? {} : { hint }) };
}

/** For a missing member: what has no such member, and the nearest one that is there. */
function missingMember(error: unknown, ast: ASTNode, scope: Scope): EvaluationFailure | undefined {
  if (!(error instanceof EvaluationError) || error.code !== 'no_such_key') return undefined;
  const name = error.summary.slice('No such key: '.length);
  const { start, end } = error.range ?? { start: 0, end: 0 };
  const failure = { ok: false, kind: 'undefined', start, end } as const;
  const access = findNode(ast, (node) => (node.op === '.' || node.op === '[]') && node.end === end);
  const owner = access && (access.args as [ASTNode, unknown])[0];
  if (!owner) return { ...failure, reason: `there is no member \`${name}\`` };
  const text = owner.input.slice(owner.start, owner.end);
  const reason = `\`${text}\` has no member \`${name}\``;
  const value = evaluateOwner(text, scope);
  if (typeof value !== 'object') return { ...failure, reason };
  if (value === null) return { ...failure, reason: `${reason}: it is null` };
  if (value instanceof Map) {
    const near = nearest(name, value.keys() as Iterable<string>);
    return near ? { ...failure, reason, hint: `did you mean \`${near}\`?` } : { ...failure, reason };
  }
  return { ...failure, reason: `${reason}: it is ${describeValue(value)}` };
}

/** The value without its member, unconverted; undefined when it cannot be had, as inside a `map()`. */
function evaluateOwner(source: string, scope: Scope): unknown {
  try {
    return parseExpression(source).program(new ScopeMap(scope));
  } catch {
    return undefined;
  }
}
