import type { HostLook } from '../../engine/look.ts';
import { type Comparison, combine } from '../../engine/step-kind.ts';
import type { View } from '../../engine/view.ts';
import { accountLook } from '../../looks/account.ts';
import { groupLook } from '../../looks/group.ts';
import { uidLook } from '../../looks/id-owner.ts';
import { shadowLook } from '../../looks/shadow.ts';
import { statLook } from '../../looks/stat.ts';
import { create } from './create.ts';
import { compareHome } from './home.ts';
import { modify } from './modify.ts';
import { remove } from './remove.ts';
import type { UserArgs } from './schema.ts';
import { dayOf, requireFreeUid } from './wanted.ts';

/** A user with these attributes and a home, or none. */
export function compare(args: UserArgs, view: View): Comparison {
  // Wrong dates are found before any host is asked.
  if (args.expires !== undefined) dayOf(args.expires);
  view.see(...firstLooks(args));
  if (args.state === 'absent') return remove(args, view);
  requireFreeUid(view, args.name, args.uid);
  const [now] = view.see(accountLook(args.name));
  const { part, account } = now.exists ? modify(args, now, view) : create(args, view);
  if (args.create_home === false) return part;
  return combine(part, compareHome(account, view));
}

/** Everything that is probably needed, in one trip. */
function firstLooks(args: UserArgs): readonly HostLook<unknown>[] {
  const { name, uid, group, groups = [], shell, home } = args;
  const first = [accountLook(name), groupLook(name), statLook(home ?? `/home/${name}`)];
  if (args.state === 'absent') return first;
  const secret = [args.password, args.password_lock, args.expires].some((one) => one !== undefined);
  return [
    ...first,
    ...(uid === undefined ? [] : [uidLook(uid)]),
    ...[...groups, ...(group === undefined ? [] : [group])].map((one) => groupLook(one)),
    ...(shell === undefined ? [] : [statLook(shell)]),
    ...(secret ? [shadowLook(name)] : []),
  ];
}
