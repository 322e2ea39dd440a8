import type { Definitions, Draft, GroupDraft, HostDraft } from './builder.ts';
import { groupDepths, withParents } from './group-graph.ts';
import type { Group, Host, VariableDefinition } from './inventory.ts';
import { compareGroups, VARIABLE_LAYERS, type VariableLayer } from './precedence.ts';
import { ResolvedHost } from './resolved-host.ts';

/** Variables from files, by layer and source. */
export interface LayerFiles {
  readonly layer: VariableLayer;
  definitions(owner: string): readonly Definitions[];
}

/** All that hosts with the same groups have in common; computed once for them. */
interface SharedVariables {
  readonly groups: readonly string[];
  readonly definitions: Definitions;
}

/** Turns the draft, which has no cycles, into groups and hosts. `files`: weakest first within a layer. */
export function resolveInventory(draft: Draft, files: readonly LayerFiles[]) {
  const groups = resolveGroups(draft, files);
  const shared = new Map<string, SharedVariables>();

  function sharedBy(host: HostDraft): SharedVariables {
    const names = [...host.groups];
    const key = names.length === 1 ? names[0]! : names.sort().join('\0');
    const known = shared.get(key);
    if (known) return known;
    const all = [...withParents(draft, [...host.groups, 'all'])].map((name) => groups.get(name)!);
    const fresh = shareVariables(all.sort((a, b) => compareGroups(a.group, b.group)));
    shared.set(key, fresh);
    return fresh;
  }

  const filesOf = byLayer(files);
  const hostFiles = [...filesOf('inventory host_vars'), ...filesOf('playbook host_vars')];
  const hosts = new Map<string, Host>();
  for (const host of draft.hosts.values()) {
    let own: readonly Definitions[] = host.inline;
    for (const file of hostFiles) {
      const more = file.definitions(host.name);
      if (more.length > 0) own = [...own, ...more];
    }
    const { groups, definitions } = sharedBy(host);
    hosts.set(
      host.name,
      new ResolvedHost(host, groups, own.length === 1 ? own[0]! : merge(own), definitions),
    );
  }
  return { hosts, groups: new Map([...groups].map(([name, { group }]) => [name, group])) };
}

interface LayeredGroup {
  readonly group: Group;
  /** By layer; within one, for each source in order. */
  readonly layers: ReadonlyMap<VariableLayer, readonly (readonly Definitions[])[]>;
}

function resolveGroups(draft: Draft, files: readonly LayerFiles[]): ReadonlyMap<string, LayeredGroup> {
  const depths = groupDepths(draft);
  const filesOf = byLayer(files);
  return new Map(
    [...draft.groups.values()].map((group) => {
      const all = group.name === 'all';
      const fileLayers = all
        ? (['inventory group_vars/all', 'playbook group_vars/all'] as const)
        : (['inventory group_vars', 'playbook group_vars'] as const);
      const layers = new Map<VariableLayer, readonly (readonly Definitions[])[]>([
        [all ? 'all' : 'group', [group.inline]],
        ...fileLayers.map(
          (layer) => [layer, filesOf(layer).map((file) => file.definitions(group.name))] as const,
        ),
      ]);
      return [group.name, { layers, group: createGroup(group, depths.get(group.name)!, layers) }];
    }),
  );
}

function createGroup(draft: GroupDraft, depth: number, layers: LayeredGroup['layers']): Group {
  const definitions = merge([...layers.values()].flat(2));
  // As in Ansible, only the inventory file itself can set it.
  const priority = merge(draft.inline).get('ansible_group_priority')?.value;
  return {
    name: draft.name,
    hosts: [...draft.hosts],
    children: [...draft.children.keys()].sort(),
    parents: [...draft.parents].sort(),
    depth,
    priority: typeof priority === 'number' ? priority : 1,
    definitions,
  };
}

/** `groups`: weakest first. */
function shareVariables(groups: readonly LayeredGroup[]): SharedVariables {
  const ordered: Definitions[] = [];
  for (const layer of VARIABLE_LAYERS) {
    const sources = Math.max(0, ...groups.map(({ layers }) => layers.get(layer)?.length ?? 0));
    for (let source = 0; source < sources; source++)
      for (const { layers } of groups) ordered.push(...(layers.get(layer)?.[source] ?? []));
  }
  const definitions = merge(ordered);
  definitions.delete('ansible_group_priority');
  const names = groups
    .map(({ group }) => group.name)
    .filter((name) => name !== 'all' && name !== 'ungrouped');
  return { groups: Object.freeze(names.sort()), definitions };
}

function merge(weakestFirst: readonly Definitions[]): Map<string, VariableDefinition> {
  const merged = new Map<string, VariableDefinition>();
  for (const definitions of weakestFirst) for (const [name, found] of definitions) merged.set(name, found);
  return merged;
}

function byLayer(files: readonly LayerFiles[]): (layer: VariableLayer) => readonly LayerFiles[] {
  return (layer) => files.filter((file) => file.layer === layer);
}
