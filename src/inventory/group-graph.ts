import type { Diagnostic } from '../documents/diagnostic.ts';
import { addChild, addHost, type Draft, type GroupDraft } from './builder.ts';

/** Puts every group below `all`, and hosts of no other group into `ungrouped`. */
export function completeGroups(draft: Draft): void {
  for (const host of draft.hosts.values()) {
    if (!isGrouped(host.groups)) addHost(draft, 'ungrouped', host.name);
    else if (host.groups.delete('ungrouped')) draft.groups.get('ungrouped')!.hosts.delete(host.name);
  }
  for (const group of draft.groups.values())
    if (group.name !== 'all' && group.parents.size === 0) addChild(draft, 'all', group.name);
}

function isGrouped(groups: ReadonlySet<string>): boolean {
  for (const group of groups) if (group !== 'all' && group !== 'ungrouped') return true;
  return false;
}

/** Groups that contain themselves, each cycle once. Afterwards the depths can be computed. */
export function findCycles(draft: Draft): readonly Diagnostic[] {
  const state = new Map<string, 'open' | 'done'>();
  const found: Diagnostic[] = [];

  function visit(group: GroupDraft, way: readonly string[]): void {
    state.set(group.name, 'open');
    for (const [name, place] of group.children) {
      const child = draft.groups.get(name)!;
      const seen = state.get(name);
      if (seen === undefined) visit(child, [...way, name]);
      if (seen !== 'open') continue;
      const cycle = [...way.slice(way.indexOf(name)), name].join(' → ');
      const message = `groups contain each other: ${cycle}`;
      const base = { severity: 'error', code: 'group-cycle', message } as const;
      const { document, path } = place ?? {};
      found.push(
        document
          ? { ...base, file: document.file, source: document, range: document.locate(path!, 'key') }
          : base,
      );
    }
    state.set(group.name, 'done');
  }

  for (const group of draft.groups.values()) if (!state.has(group.name)) visit(group, [group.name]);
  return found;
}

/** For every group the length of the longest way from `all`. */
export function groupDepths(draft: Draft): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();

  function depthOf(group: GroupDraft): number {
    const known = depths.get(group.name);
    if (known !== undefined) return known;
    const above = [...group.parents].map((parent) => depthOf(draft.groups.get(parent)!) + 1);
    const depth = Math.max(0, ...above);
    depths.set(group.name, depth);
    return depth;
  }

  for (const group of draft.groups.values()) depthOf(group);
  return depths;
}

/** The groups and everything above them. */
export function withParents(draft: Draft, names: Iterable<string>): ReadonlySet<string> {
  const found = new Set(names);
  for (const name of found) for (const parent of draft.groups.get(name)!.parents) found.add(parent);
  return found;
}
