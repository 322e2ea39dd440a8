/** Offsets are into the document's text; `end` is exclusive. */
interface NodePlace {
  readonly start: number;
  readonly end: number;
}

export interface ScalarNode extends NodePlace {
  readonly kind: 'scalar';
  readonly value: unknown;
  /** Not quoted and no block scalar: its type was read from its form. */
  readonly plain: boolean;
  /** The text without its quotes. */
  readonly contentStart: number;
  readonly contentEnd: number;
}

interface SequenceNode extends NodePlace {
  readonly kind: 'sequence';
  readonly value: readonly unknown[];
  readonly items: readonly Node[];
}

export interface MappingEntry {
  readonly key: ScalarNode;
  readonly value: Node;
}

interface MappingNode extends NodePlace {
  readonly kind: 'mapping';
  readonly value: Readonly<Record<string, unknown>>;
  /** With the entries that came by merge keys. */
  readonly entries: ReadonlyMap<string, MappingEntry>;
}

/** `*name`; its value is the very object of its anchor. */
export interface AliasNode extends NodePlace {
  readonly kind: 'alias';
  readonly value: unknown;
  readonly target: Exclude<Node, AliasNode>;
}

export type Node = ScalarNode | SequenceNode | MappingNode | AliasNode;

/** The node behind an alias, or the node itself. */
export function resolved(node: Node): Exclude<Node, AliasNode> {
  return node.kind === 'alias' ? node.target : node;
}
