import type { ComposeProblem } from './compose.ts';
import { type MappingEntry, type Node, resolved } from './node.ts';

/**
 * Adds what a merge key (`<<: *base`, `<<: [*a, *b]`) brings. Own keys of the mapping win, then earlier sources.
 * See https://yaml.org/type/merge.html.
 */
export function mergeEntries(
  entries: Map<string, MappingEntry>,
  merge: Node,
  report: (problem: ComposeProblem) => void,
  spend: (node: Node, start: number, end: number) => void,
): void {
  const source = resolved(merge);
  const sources = source.kind === 'sequence' ? source.items : [merge];
  for (const item of sources) {
    const mapping = resolved(item);
    if (mapping.kind !== 'mapping') {
      const message = 'a merge key (<<) takes a mapping or a list of mappings';
      report({ code: 'merge-not-mapping', message, start: item.start, end: item.end });
      continue;
    }
    spend(item, item.start, item.end);
    for (const [name, entry] of mapping.entries) if (!entries.has(name)) entries.set(name, entry);
  }
}
