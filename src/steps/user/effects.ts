import type { AnswerEffect } from '../../engine/effect.ts';
import type { View } from '../../engine/view.ts';
import { type AccountState, accountLook } from '../../looks/account.ts';
import { type GroupState, groupLook } from '../../looks/group.ts';
import { uidLook } from '../../looks/id-owner.ts';
import { type ShadowState, shadowLook } from '../../looks/shadow.ts';

export function accountWillBe(name: string, value: AccountState): AnswerEffect {
  return { type: 'answer', key: accountLook(name).key, value };
}

export function groupWillBe(name: string, value: GroupState): AnswerEffect {
  return { type: 'answer', key: groupLook(name).key, value };
}

export function shadowWillBe(name: string, value: ShadowState): AnswerEffect {
  return { type: 'answer', key: shadowLook(name).key, value };
}

export function uidWillBe(uid: number, value: string | undefined): AnswerEffect {
  return { type: 'answer', key: uidLook(uid).key, value };
}

/** What changes for the groups of one user, seen from the groups. */
export interface GroupMoves {
  readonly joins: readonly string[];
  readonly leaves: readonly string[];
  /** The primary group before and after, where there is one. */
  readonly oldPrimary?: string;
  readonly newPrimary?: string;
}

/** The groups as they will be when a user has moved. */
export function groupsWillBe(view: View, user: string, moves: GroupMoves): readonly AnswerEffect[] {
  const { joins, leaves, oldPrimary, newPrimary } = moves;
  const primaries = oldPrimary === newPrimary ? [] : [oldPrimary, newPrimary];
  const names = [...new Set([...joins, ...leaves, ...primaries])].filter((name) => name !== undefined);
  const groups = view.see(...names.map((name) => groupLook(name)));
  return groups.flatMap((group) => {
    if (!group.exists) return [];
    const { name } = group;
    const members = changed(group.members, user, joins.includes(name), leaves.includes(name));
    const moved = oldPrimary !== newPrimary;
    const primaryOf = changed(
      group.primaryOf,
      user,
      moved && name === newPrimary,
      moved && name === oldPrimary,
    );
    return [groupWillBe(name, { ...group, members, primaryOf })];
  });
}

function changed(names: readonly string[], name: string, add: boolean, drop: boolean): readonly string[] {
  if (add) return [...new Set([...names, name])].sort();
  return drop ? names.filter((one) => one !== name) : names;
}
