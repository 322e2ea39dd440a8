import { type ASTNode, Environment, EvaluationError } from '@marcbachmann/cel-js';
import { FailureError, invalidArgument } from './failure.ts';
import { matches } from './function-handlers.ts';
import { FUNCTIONS } from './functions.ts';

/** Codes of CEL errors that mean "it is not there". */
const ABSENT = new Set(['no_such_key', 'unknown_variable', 'index_out_of_bounds']);

export function isAbsence(error: unknown): boolean {
  if (error instanceof FailureError) return error.failure.kind === 'undefined';
  return error instanceof EvaluationError && ABSENT.has(error.code);
}

// What the library hands to macros; its type declarations leave it out.
interface Checker {
  check(node: ASTNode, context: unknown): unknown;
  getType(name: string): unknown;
}
interface Evaluator {
  run(node: ASTNode, context: unknown): unknown;
}
interface MacroCall {
  readonly args: readonly ASTNode[];
  readonly receiver: ASTNode;
}

let environment: Environment | undefined;

/** The one environment of all expressions; built on first use. */
export function celEnvironment(): Environment {
  environment ??= build();
  return environment;
}

function build(): Environment {
  const built = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
  });
  for (const { signatures, handler, description } of FUNCTIONS) {
    if (!handler) continue;
    for (const signature of signatures)
      built.registerFunction(signature, handler as (...args: unknown[]) => unknown, {
        description,
        async: false,
      });
  }
  registerMacros(built);
  registerMatches(built);
  registerMixedArithmetic(built);
  return built;
}

/** `default` and `defined` must see their argument before it is evaluated. */
function registerMacros(target: Environment): void {
  target.registerFunction('default(ast, ast): dyn', ({ args }: MacroCall) => ({
    async: false,
    typeCheck(checker: Checker, _macro: unknown, context: unknown) {
      for (const arg of args) checker.check(arg, context);
      return checker.getType('dyn');
    },
    evaluate(evaluator: Evaluator, _macro: unknown, context: unknown) {
      try {
        return evaluator.run(args[0]!, context);
      } catch (error) {
        if (!isAbsence(error)) throw error;
        return evaluator.run(args[1]!, context);
      }
    },
  }));
  target.registerFunction('defined(ast): bool', ({ args }: MacroCall) => ({
    async: false,
    typeCheck(checker: Checker, _macro: unknown, context: unknown) {
      checker.check(args[0]!, context);
      return checker.getType('bool');
    },
    evaluate(evaluator: Evaluator, _macro: unknown, context: unknown) {
      try {
        evaluator.run(args[0]!, context);
        return true;
      } catch (error) {
        if (!isAbsence(error)) throw error;
        return false;
      }
    },
  }));
}

/**
 * `x.matches(pattern)` without the library's own function, which leaves the work to JavaScript's engine. A function
 * cannot be replaced, but a macro comes first, whatever receiver it is declared for.
 */
function registerMatches(target: Environment): void {
  target.registerFunction('list.matches(ast): bool', ({ args, receiver }: MacroCall) => ({
    async: false,
    typeCheck(checker: Checker, _macro: unknown, context: unknown) {
      for (const operand of [receiver, args[0]!]) requireText(checker.check(operand, context));
      return checker.getType('bool');
    },
    evaluate(evaluator: Evaluator, _macro: unknown, context: unknown) {
      const [text, pattern] = [receiver, args[0]!].map((operand) => evaluator.run(operand, context));
      if (typeof text === 'string' && typeof pattern === 'string') return matches(text, pattern);
      throw noText();
    },
  }));
}

function requireText(type: unknown): void {
  const { kind, type: name } = type as { readonly kind?: string; readonly type?: string };
  if (kind !== 'dyn' && name !== 'string') throw noText();
}

function noText(): FailureError {
  return invalidArgument(
    '`matches` looks for a pattern in a text: both must be text',
    'make text of a number: string(…)',
  );
}

/**
 * CEL refuses `1.5 * 2`. Here numbers come from YAML and from hosts, where 4.0 and 4.5 look alike, so the two kinds
 * may be mixed and give a number with a fraction. Between whole numbers `/` still divides without remainder.
 */
function registerMixedArithmetic(target: Environment): void {
  const operators = {
    '+': (a: number, b: number) => a + b,
    '-': (a: number, b: number) => a - b,
    '*': (a: number, b: number) => a * b,
    '/': (a: number, b: number) => a / b,
  };
  for (const [operator, calculate] of Object.entries(operators)) {
    const handler = (a: number | bigint, b: number | bigint) => calculate(Number(a), Number(b));
    target.registerOperator(`int ${operator} double`, handler);
    target.registerOperator(`double ${operator} int`, handler);
  }
}
