import type { ASTNode } from '@marcbachmann/cel-js';

/** The operands of a node. */
export function childNodes(node: ASTNode): readonly ASTNode[] {
  return (Array.isArray(node.args) ? node.args.flat(2) : [node.args]).filter(isNode);
}

/** The first node, inner ones before outer ones, for which `wanted` holds. */
export function findNode(node: ASTNode, wanted: (node: ASTNode) => boolean): ASTNode | undefined {
  for (const child of childNodes(node)) {
    const found = findNode(child, wanted);
    if (found) return found;
  }
  return wanted(node) ? node : undefined;
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
