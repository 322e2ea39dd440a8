import { LookError } from '../engine/look.ts';

/** A group of a host, as in group(5). */
export interface Group {
  readonly exists: true;
  readonly name: string;
  /** -1 when predicted: the host will choose. */
  readonly gid: number;
  /** Sorted. */
  readonly members: readonly string[];
  /** The local accounts whose primary group it is, sorted. */
  readonly primaryOf: readonly string[];
  /** False when a directory service (LDAP, …) knows the group and /etc/group does not. */
  readonly local: boolean;
}

export type GroupState = Group | { readonly exists: false };

/**
 * Reads what accounts.ts makes a host say of groups.
 *
 * @returns finds a group by name.
 */
export function readGroups(lines: readonly string[]): (name: string) => GroupState {
  const groups = new Map<string, Group>();
  const primaries = new Map<number, string[]>();
  for (const line of lines) {
    const [kind, ...fields] = line.split(':') as [string, ...string[]];
    if (kind === 'local' || kind === 'other') {
      const group = readGroup(fields, kind === 'local');
      if (!groups.has(group.name)) groups.set(group.name, group);
    } else if (kind === 'primary') {
      const [gid = '', name = ''] = fields;
      primaries.set(Number(gid), [...(primaries.get(Number(gid)) ?? []), name]);
    } else {
      throw new LookError('the host gave a line about groups that cannot be read');
    }
  }
  return (name) => {
    const group = groups.get(name);
    if (group === undefined) return { exists: false };
    return group.local ? { ...group, primaryOf: (primaries.get(group.gid) ?? []).sort() } : group;
  };
}

function readGroup(fields: readonly string[], local: boolean): Group {
  const [name = '', , gid = '', members = ''] = fields;
  if (fields.length !== 4 || !/^\d+$/.test(gid)) {
    throw new LookError(`the group entry of "${name}" cannot be read`);
  }
  return {
    exists: true,
    name,
    gid: Number(gid),
    members: members
      .split(',')
      .filter((member) => member !== '')
      .sort(),
    primaryOf: [],
    local,
  };
}
