import type { ASTNode } from '@marcbachmann/cel-js';
import { childNodes } from './ast.ts';
import { spend, weigh } from './effort.ts';

type Evaluate = (evaluator: unknown, self: unknown, context: unknown) => unknown;

// What the library keeps with a node; its type declarations leave it out.
interface Node {
  readonly meta: {
    readonly evaluate: Evaluate;
    /** What stands in the node's place: `map()` becomes a loop. */
    readonly alternate?: Node;
    readonly macro?: { evaluate: Evaluate };
  };
  setMeta(key: 'evaluate', value: Evaluate): void;
}

/** What makes new values. */
const MAKERS = new Set(['call', 'rcall', 'list', 'map', '+']);
/** What goes through the values that it is given, which costs less for each element than making one. */
const READERS: ReadonlyMap<string, number> = new Map([
  ['call', 1 / 8],
  ['rcall', 1 / 8],
  ['in', 1 / 64],
  ['==', 1 / 64],
  ['!=', 1 / 64],
]);

/** An error is dear, and `exists()` goes on after it with the next element. */
const FAILING = 25;

/**
 * Makes every part of a checked expression count what it does (see `spend`): the library knows no limit, and
 * `range(10000).map(x, range(10000).map(…))` would never end. An expression that makes nothing is left as it is.
 */
export function meter(root: ASTNode): void {
  if (makes(root)) measure(root, 0);
}

function makes(node: ASTNode): boolean {
  return MAKERS.has(node.op) || childNodes(node).some(makes);
}

/** `reading`: what each element of its value costs the part that it is given to. */
function measure(node: ASTNode, reading: number): void {
  for (const child of childNodes(node)) measure(child, READERS.get(node.op) ?? 0);
  const share = MAKERS.has(node.op) ? 1 : reading;
  const { meta } = node as unknown as Node;
  if (meta.macro !== undefined) meta.macro.evaluate = counting(meta.macro.evaluate, share);
  else {
    const target = meta.alternate ?? (node as unknown as Node);
    target.setMeta('evaluate', counting(target.meta.evaluate, share));
  }
}

function counting(evaluate: Evaluate, share: number): Evaluate {
  return function (this: unknown, evaluator, self, context) {
    spend(1);
    let value: unknown;
    try {
      value = evaluate.call(this, evaluator, self, context);
    } catch (error) {
      spend(FAILING);
      throw error;
    }
    if (share > 0) spend(weigh(value) * share);
    return value;
  };
}
