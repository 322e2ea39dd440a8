import { askedAs, type HostLook, type HostLookKind, hostLook } from '../engine/look.ts';
import { type AccountQuery, accountsKind } from './accounts.ts';
import type { GroupState } from './group-lines.ts';

export type { Group, GroupState } from './group-lines.ts';

const groupKind: HostLookKind<string, GroupState> = {
  name: 'group',
  ...askedAs(accountsKind, (name: string): AccountQuery => ({ name, asks: 'group' })),
};

/** Asks for a group by name. */
export function groupLook(name: string): HostLook<GroupState> {
  return hostLook(groupKind, name, name);
}
