import { type Node, resolved } from './node.ts';

/** Gives the number of nodes that a node stands for when its aliases are written out. */
export function createScale(): (node: Node) => number {
  const known = new WeakMap<Node, number>();

  function weigh(node: Node): number {
    const target = resolved(node);
    if (target.kind === 'scalar') return 1;
    const before = known.get(target);
    if (before !== undefined) return before;
    let weight = 1;
    if (target.kind === 'sequence') for (const item of target.items) weight += weigh(item);
    else for (const { value } of target.entries.values()) weight += weigh(value);
    known.set(target, weight);
    return weight;
  }

  return weigh;
}
