import type { Path, SourceDocument } from '../documents/source-document.ts';
import type { VariableDefinition } from './inventory.ts';

export interface Place {
  readonly document: SourceDocument;
  readonly path: Path;
}

export type Definitions = ReadonlyMap<string, VariableDefinition>;

export interface GroupDraft {
  readonly name: string;
  readonly hosts: Set<string>;
  /** With the place where each was named a child; missing for the implied ones. */
  readonly children: Map<string, Place | undefined>;
  readonly parents: Set<string>;
  /** From the inventory files, weakest first. */
  readonly inline: Definitions[];
  place?: Place;
}

export interface HostDraft {
  readonly name: string;
  readonly groups: Set<string>;
  /** From the inventory files, weakest first. Hosts of one range share theirs, also the list. */
  inline: readonly Definitions[];
  place?: Place;
}

/** What the inventory files say, before variables are resolved. */
export interface Draft {
  readonly groups: Map<string, GroupDraft>;
  readonly hosts: Map<string, HostDraft>;
}

export function createDraft(): Draft {
  const draft: Draft = { groups: new Map(), hosts: new Map() };
  groupOf(draft, 'all');
  groupOf(draft, 'ungrouped');
  return draft;
}

export function groupOf(draft: Draft, name: string, place?: Place): GroupDraft {
  let group = draft.groups.get(name);
  if (!group) {
    group = { name, hosts: new Set(), children: new Map(), parents: new Set(), inline: [] };
    draft.groups.set(name, group);
  }
  if (place) group.place ??= place;
  return group;
}

const NOTHING: readonly Definitions[] = [];

export function hostOf(draft: Draft, name: string, place?: Place): HostDraft {
  let host = draft.hosts.get(name);
  if (!host) {
    host = { name, groups: new Set(), inline: NOTHING };
    draft.hosts.set(name, host);
  }
  if (place) host.place ??= place;
  return host;
}

export function addChild(draft: Draft, parent: string, child: string, place?: Place): void {
  groupOf(draft, parent).children.set(child, place);
  groupOf(draft, child).parents.add(parent);
}

export function addHost(draft: Draft, group: string, host: string): void {
  groupOf(draft, group).hosts.add(host);
  hostOf(draft, host).groups.add(group);
}
