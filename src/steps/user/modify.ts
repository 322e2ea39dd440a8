import type { Change } from '../../engine/change.ts';
import type { Json } from '../../engine/json.ts';
import type { Comparison } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import type { Account } from '../../looks/account.ts';
import { groupLook } from '../../looks/group.ts';
import { statLook } from '../../looks/stat.ts';
import { toolLook } from '../../looks/tool.ts';
import { requireLocal, requireRoot } from '../../resources/accounts/require.ts';
import { accountWillBe, groupsWillBe, shadowWillBe, uidWillBe } from './effects.ts';
import { guardOfAccount } from './guard.ts';
import { homeGoesAlong } from './home-goes-along.ts';
import { modifyActions } from './modify-actions.ts';
import type { UserArgs } from './schema.ts';
import { compareSecrets, dateOf, requireGroups, requireShell, type Secrets, unknownUid } from './wanted.ts';

/** A user that is there, and the account it will be. */
export function modify(
  args: UserArgs,
  now: Account,
  view: View,
): { readonly part: Comparison; readonly account: Account } {
  const { name } = now;
  if (args.shell !== undefined && args.shell !== now.shell) requireShell(view, args.shell);
  if (args.group !== undefined) requireGroups(view, [args.group], false);
  if (args.uid !== undefined && now.uid < 0) unknownUid(name);
  const group = args.group ?? now.group;
  const member = groupsOf(args, now, group, view);
  const secrets = compareSecrets(args, view, true);
  const account: Account = {
    ...now,
    uid: args.uid ?? now.uid,
    group,
    groups: member.groups,
    home: args.home ?? now.home,
    shell: args.shell ?? now.shell,
    comment: args.comment ?? now.comment,
  };
  const changes = [
    ...update(name, 'uid', now.uid, account.uid),
    ...update(name, 'group', now.group, group),
    ...(member.joins.length + member.leaves.length > 0
      ? update(name, 'groups', now.groups, account.groups)
      : []),
    ...update(name, 'home', now.home, account.home),
    ...update(name, 'shell', now.shell, account.shell),
    ...update(name, 'comment', now.comment, account.comment),
    ...secretChanges(name, secrets),
  ];
  if (changes.length === 0) return { part: { changes, effects: [], actions: () => [] }, account };
  requireRoot(view, changes);
  requireLocal('user', now);
  const moves = account.uid !== now.uid || group !== now.group;
  const along = moves ? [statLook(account.home), groupLook(now.group), groupLook(group)] : [];
  const [tools] = view.see(toolLook('usermod'), toolLook('useradd'), ...along);
  if (!tools && account.uid !== now.uid) {
    fail(
      `the user "${name}" has the number ${now.uid} on this host, not ${account.uid}, and without usermod its files cannot follow`,
      'leave out "uid", or remove the user first and make it anew',
    );
  }
  const part: Comparison = {
    changes,
    effects: [
      accountWillBe(name, account),
      ...(account.uid === now.uid ? [] : [uidWillBe(now.uid, undefined), uidWillBe(account.uid, name)]),
      ...groupsWillBe(view, name, { ...member, oldPrimary: now.group, newPrimary: group }),
      ...(moves && tools ? homeGoesAlong(view, now, account) : []),
      ...(secrets === undefined ? [] : [shadowWillBe(name, secrets.next)]),
    ],
    actions: () => modifyActions({ args, now, account, ...member, secrets, tools }),
    ...(account.home === now.home ? {} : { notes: [`${now.home} is left where it is`] }),
    ...guardOfAccount(view, now, account, changes),
  };
  return { part, account };
}

/** The supplementary groups as they will be, and how to get there. */
function groupsOf(args: UserArgs, now: Account, primary: string, view: View) {
  const wanted = [...new Set(args.groups)];
  requireGroups(
    view,
    wanted.filter((one) => !now.groups.includes(one)),
    true,
  );
  // Being named in /etc/group for what was the primary group so far begins to count when that changes.
  const [old] = primary === now.group ? [undefined] : view.see(groupLook(now.group));
  const named = old?.exists === true && old.members.includes(now.name) ? [now.group] : [];
  const current = [...now.groups, ...named].filter((one) => one !== primary);
  const exact = args.groups !== undefined && args.append === false;
  const groups = [...new Set(exact ? wanted : [...current, ...wanted])]
    .filter((one) => one !== primary)
    .sort();
  return {
    groups,
    joins: groups.filter((one) => !current.includes(one)),
    leaves: current.filter((one) => !groups.includes(one)),
  };
}

function secretChanges(name: string, secrets: Secrets | undefined): readonly Change[] {
  if (secrets === undefined || !secrets.next.exists) return [];
  const { now, next } = secrets;
  const had = now.exists ? now.password : undefined;
  const before = had === undefined ? 'none' : 'another';
  const locked = now.exists && now.locked;
  return [
    ...(had === next.password ? [] : update(name, 'password', before, 'as given')),
    ...(locked === next.locked ? [] : update(name, 'password_lock', locked, next.locked)),
    ...update(name, 'expires', dateOf(now.exists ? now.expires : undefined), dateOf(next.expires)),
  ];
}

function update(target: string, attribute: string, before: Json, after: Json): readonly Change[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ resource: 'user', target, action: 'update', attribute, before, after }];
}
