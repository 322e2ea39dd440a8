import type { ASTNode } from '@marcbachmann/cel-js';
import type { Use } from './parse.ts';
import type { ComparedWith, Reference, ReferenceSegment } from './reference.ts';

/** Methods whose first argument names a variable for the others. */
const COMPREHENSIONS = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);

type Identifier = Extract<ASTNode, { op: 'id' }>;

/** Every use of a variable in a parsed expression. `classify` tells names that the language itself defines. */
export function collectReferences(
  ast: ASTNode,
  source: string,
  classify: (node: Identifier) => Use,
): readonly Reference[] {
  const found: Reference[] = [];

  /** `guard`: how many trailing segments may be absent; `all` inside `default()`. */
  function walk(node: ASTNode, bound: ReadonlySet<string>, guard: number | 'all' = 0): void {
    switch (node.op) {
      case 'value':
        return;
      case 'id':
      case '.':
      case '.?':
      case '[]':
      case '[?]':
        access(node, bound, guard);
        return;
      case 'call':
        call(node.args[0], node.args[1], bound, guard);
        return;
      case 'rcall':
        method(node.args, bound, guard);
        return;
      case '==':
      case '!=':
      case 'in':
        comparison(node, bound, inherit(guard));
        return;
      case 'map':
        for (const entry of node.args) for (const part of entry) walk(part, bound, inherit(guard));
        return;
      case '!_':
      case '-_':
        walk(node.args, bound, inherit(guard));
        return;
      default:
        for (const part of node.args) walk(part, bound, inherit(guard));
    }
  }

  function comparison(
    node: Extract<ASTNode, { op: '==' | '!=' | 'in' }>,
    bound: ReadonlySet<string>,
    guard: 0 | 'all',
  ): void {
    const [left, right] = node.args;
    walk(left, bound, guard);
    compareLast(left, right, node.op);
    walk(right, bound, guard);
    if (node.op !== 'in') compareLast(right, left, node.op);
  }

  /** Notes on the reference that has just been found at `operand` what it is compared with. */
  function compareLast(operand: ASTNode, other: ASTNode, operator: ComparedWith['operator']): void {
    const last = found.at(-1);
    const literals = texts(other);
    if (last === undefined || literals.length === 0) return;
    if (last.start === operand.start && last.end === operand.end) {
      found[found.length - 1] = { ...last, compared: { operator, literals } };
    }
  }

  function call(name: string, args: readonly ASTNode[], bound: ReadonlySet<string>, guard: number | 'all') {
    const [first, ...rest] = args;
    const inner = inherit(guard);
    if (first)
      walk(first, bound, name === 'default' || name === 'defined' ? 'all' : name === 'has' ? 1 : inner);
    for (const arg of rest) walk(arg, bound, inner);
  }

  function method(
    [name, receiver, args]: [string, ASTNode, ASTNode[]],
    bound: ReadonlySet<string>,
    guard: number | 'all',
  ): void {
    const inner = inherit(guard);
    const first = args[0];
    const isBind = name === 'bind' && receiver.op === 'id' && receiver.args === 'cel';
    if (!isBind) walk(receiver, bound, inner);
    if (first?.op !== 'id' || !(isBind || (COMPREHENSIONS.has(name) && args.length > 1))) {
      for (const arg of args) walk(arg, bound, inner);
      return;
    }
    const inside = new Set([...bound, first.args]);
    const [, second, ...rest] = args;
    // The value that bind() gives a name is outside of that name's reach.
    if (second) walk(second, isBind ? bound : inside, inner);
    for (const arg of rest) walk(arg, inside, inner);
  }

  function access(node: ASTNode, bound: ReadonlySet<string>, guard: number | 'all'): void {
    const segments: ReferenceSegment[] = [];
    let optionalAt: number | undefined;
    let current = node;
    while (current.op === '.' || current.op === '.?' || current.op === '[]' || current.op === '[?]') {
      // Counted from the end here, as the root is met last.
      if (current.op === '.?' || current.op === '[?]') optionalAt = segments.length;
      segments.push(segment(current.args[1], bound, guard));
      current = current.args[0];
    }
    if (current.op !== 'id') {
      walk(current, bound, inherit(guard));
      return;
    }
    const root = current.args;
    if (bound.has(root)) return;
    const use = classify(current);
    if (use === 'builtin') return;
    const path = [root, ...segments.reverse()] as const;
    const fromOperator = optionalAt === undefined ? path.length : path.length - 1 - optionalAt;
    const forgiven = guard === 'all' || use === 'variable-or-type';
    const fromGuard = forgiven ? 0 : path.length - guard;
    const optionalFrom = Math.max(0, Math.min(fromOperator, fromGuard));
    const optional = optionalFrom < path.length;
    const { start, end } = node;
    found.push({ path, optional, ...(optional ? { optionalFrom } : {}), start, end });
  }

  function segment(
    index: string | ASTNode,
    bound: ReadonlySet<string>,
    guard: number | 'all',
  ): ReferenceSegment {
    if (typeof index === 'string') return index;
    if (index.op === 'value') {
      if (typeof index.args === 'string') return index.args;
      if (typeof index.args === 'bigint') return Number(index.args);
    }
    walk(index, bound, inherit(guard));
    return { dynamic: source.slice(index.start, index.end) };
  }

  walk(ast, new Set());
  return found;
}

/** A text that is written out, or those of a list. */
function texts(node: ASTNode): readonly string[] {
  if (node.op === 'list') return node.args.flatMap((item) => (item.op === 'value' ? texts(item) : []));
  return node.op === 'value' && typeof node.args === 'string' ? [node.args] : [];
}

/** A guard reaches into the parts of its argument only when it forgives everything. */
function inherit(guard: number | 'all'): 0 | 'all' {
  return guard === 'all' ? 'all' : 0;
}
