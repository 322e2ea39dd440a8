import type { PathState, Principal } from '../engine/effect.ts';
import type { Overlay } from '../engine/overlay.ts';
import { type AccountState, accountLook } from './account.ts';
import { type GroupState, groupLook } from './group.ts';
import { gidLook, uidLook } from './id-owner.ts';

/**
 * The state of a path under the names that its owner and its group will have. A file belongs to numbers; when earlier
 * steps give a user another number, or a number to another user, the file keeps the number and shows another name.
 * A state without numbers says names that a step has asked for: those hold.
 */
export function ownersToCome(path: string, state: PathState, overlay: Overlay): PathState {
  if (!state.exists) return state;
  const seen = principalsOf(state);
  let { owner, group } = seen;
  for (const moved of overlay.handOvers(path)) {
    if (moved.owner !== undefined && isSame(owner, moved.owner.from)) owner = moved.owner.to;
    if (moved.group !== undefined && isSame(group, moved.group.from)) group = moved.group.to;
  }
  owner = userToCome(owner, overlay);
  group = groupToCome(group, overlay);
  if (owner === seen.owner && group === seen.group) return state;
  return { ...state, owner: owner.name, group: group.name, ids: { owner, group } };
}

/** Owner and group with the numbers behind them. Whoever changes a name in a state leaves the number of another behind. */
export function principalsOf({ owner, group, ids }: PathState & { readonly exists: true }): {
  readonly owner: Principal;
  readonly group: Principal;
} {
  return {
    owner: ids?.owner.name === owner ? ids.owner : { name: owner, id: undefined },
    group: ids?.group.name === group ? ids.group : { name: group, id: undefined },
  };
}

function isSame(one: Principal, other: Principal): boolean {
  if (one.id === undefined || other.id === undefined) return one.name === other.name;
  return one.id === other.id;
}

function userToCome(user: Principal, overlay: Overlay): Principal {
  const { name, id } = user;
  if (id === undefined) return user;
  const account = overlay.answer(accountLook(name).key)?.value as AccountState | undefined;
  const next = overlay.answer(uidLook(id).key)?.value as string | undefined;
  return nameToCome({ name, id }, account?.exists === true ? account.uid : account && -1, next);
}

function groupToCome(group: Principal, overlay: Overlay): Principal {
  const { name, id } = group;
  if (id === undefined) return group;
  const state = overlay.answer(groupLook(name).key)?.value as GroupState | undefined;
  const next = overlay.answer(gidLook(id).key)?.value as string | undefined;
  return nameToCome({ name, id }, state?.exists === true ? state.gid : state && -1, next);
}

/**
 * @param becomes the number that the name will have, -1 when nothing that is there now can have it; undefined when no step
 *   touches the name.
 * @param next who will have the number, as far as steps say so.
 */
function nameToCome(
  now: Principal & { readonly id: number },
  becomes: number | undefined,
  next: string | undefined,
): Principal {
  const isBare = now.name === String(now.id);
  // Of several names for one number the host goes on showing the same.
  const keeps = becomes === undefined ? !isBare : becomes === now.id;
  if (keeps) return now;
  const name = next ?? String(now.id);
  return name === now.name ? now : { name, id: now.id };
}
