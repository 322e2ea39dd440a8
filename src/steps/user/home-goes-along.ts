import type { HandOverEffect, Principal } from '../../engine/effect.ts';
import type { View } from '../../engine/view.ts';
import type { Account } from '../../looks/account.ts';
import { groupLook } from '../../looks/group.ts';
import { statLook } from '../../looks/stat.ts';

/** usermod gives what lies in the home of a user, and is the user's, to the new numbers; nothing elsewhere. */
export function homeGoesAlong(view: View, now: Account, next: Account): readonly HandOverEffect[] {
  const [home] = view.see(statLook(next.home));
  if (!home.exists || home.type !== 'directory' || home.owner !== now.name) return [];
  const owner = { from: { name: now.name, id: now.uid }, to: { name: next.name, id: next.uid } };
  const group = { from: groupOf(view, now.group), to: groupOf(view, next.group) };
  return [
    {
      type: 'hand-over',
      path: next.home,
      ...(now.uid === next.uid ? {} : { owner }),
      ...(now.group === next.group ? {} : { group }),
    },
  ];
}

/** A primary group that is not in /etc/group goes by its number. */
function groupOf(view: View, name: string): Principal {
  const [group] = view.see(groupLook(name));
  if (group.exists) return { name, id: group.gid < 0 ? undefined : group.gid };
  return { name, id: /^\d+$/.test(name) ? Number(name) : undefined };
}
