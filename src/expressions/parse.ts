import type { ASTNode, ParseResult } from '@marcbachmann/cel-js';
import { findNode } from './ast.ts';
import { celEnvironment } from './environment.ts';
import { invalidArgument } from './failure.ts';
import { toPattern } from './function-handlers.ts';
import { meter } from './meter.ts';
import type { Reference } from './reference.ts';
import { collectReferences } from './references.ts';

export interface ParsedExpression {
  readonly program: ParseResult;
  readonly references: readonly Reference[];
}

/**
 * Names of CEL's types. CEL would take `list` or `type` for them wherever they stand; here a variable of that name
 * comes first. Such an identifier is renamed in the tree, so that it is looked up like any other.
 */
const TYPE_NAMES = new Set([
  'bool',
  'bytes',
  'double',
  'int',
  'list',
  'map',
  'null_type',
  'string',
  'type',
  'uint',
]);
const MARK = '$';

/** Parses and checks types as far as they are known. Throws what the library throws, or `FailureError`. */
export function parseExpression(source: string): ParsedExpression {
  const environment = celEnvironment();
  const program = environment.parse(source);
  const references = collectReferences(program.ast, source, (node): Use => {
    const name = node.args;
    if (!TYPE_NAMES.has(name)) return environment.hasVariable(name) ? 'builtin' : 'variable';
    Object.assign(node, { args: MARK + name });
    return 'variable-or-type';
  });
  const { valid, error } = program.check();
  if (!valid) throw error;
  rejectLostKeys(program.ast);
  checkPatterns(program.ast);
  meter(program.ast);
  return { program, references };
}

export type Use = 'variable' | 'variable-or-type' | 'builtin';

/** The name of a variable as it was written. */
export function writtenName(identifier: string): string {
  return identifier.startsWith(MARK) ? identifier.slice(MARK.length) : identifier;
}

/** What an identifier that was renamed means when there is no variable of its name. */
export function typeNamed(identifier: string): unknown {
  return identifier.startsWith(MARK) ? celEnvironment().evaluate(writtenName(identifier)) : undefined;
}

/** The library leaves these keys out of mappings without a word. */
function rejectLostKeys(ast: ASTNode): void {
  const lost = findNode(ast, (node) => node.op === 'map' && node.args.some(([key]) => isLostKey(key)));
  if (lost)
    throw invalidArgument(
      'a mapping in an expression cannot have the keys __proto__, constructor and prototype',
    );
}

function isLostKey(key: ASTNode): boolean {
  return key.op === 'value' && ['__proto__', 'constructor', 'prototype'].includes(String(key.args));
}

/** A pattern that is written out is judged when the playbook is read, not when a host comes to it. */
function checkPatterns(ast: ASTNode): void {
  findNode(ast, (node) => {
    if ((node.op !== 'call' && node.op !== 'rcall') || node.args[0] !== 'matches') return false;
    const pattern = node.op === 'call' ? node.args[1][1] : node.args[2][0];
    if (pattern?.op === 'value' && typeof pattern.args === 'string') toPattern(pattern.args, pattern);
    return false;
  });
}
