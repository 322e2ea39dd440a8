import type { Change } from '../../engine/change.ts';
import type { HostLook } from '../../engine/look.ts';
import type { Comparison } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import type { Account } from '../../looks/account.ts';
import { contentLook } from '../../looks/content.ts';
import { entriesLook } from '../../looks/entries.ts';
import { groupLook } from '../../looks/group.ts';
import { gidLook } from '../../looks/id-owner.ts';
import { statLook } from '../../looks/stat.ts';
import { toolLook } from '../../looks/tool.ts';
import { type AccountDefaults, accountDefaults, DEFAULTS_LOOKS } from '../../resources/accounts/defaults.ts';
import { requireRoot } from '../../resources/accounts/require.ts';
import { parentOf } from '../../resources/host-path.ts';
import { createActions } from './create-actions.ts';
import { accountWillBe, groupsWillBe, groupWillBe, shadowWillBe, uidWillBe } from './effects.ts';
import type { UserArgs } from './schema.ts';
import { compareSecrets, requireGroups, requireShell } from './wanted.ts';

/** A user that is not there, and the account it will be. */
export function create(args: UserArgs, view: View): { readonly part: Comparison; readonly account: Account } {
  const { name, uid, system = false, comment = '' } = args;
  view.prefetch(...likelyLooks(args));
  const [tools] = view.see(toolLook('useradd'), toolLook('groupadd'), ...DEFAULTS_LOOKS);
  const defaults = accountDefaults(view);
  const { group, makes } = primaryGroup(args, view, defaults);
  const groups = [...new Set(args.groups)].filter((one) => one !== group).sort();
  requireGroups(view, groups, true);
  const shell = args.shell ?? defaults.shell;
  requireShell(view, shell);
  const home = args.home ?? `${defaults.homes}/${name}`;
  const secrets = compareSecrets(args, view, false);
  const account: Account = {
    exists: true,
    name,
    uid: uid ?? -1,
    group,
    comment,
    home,
    shell,
    groups,
    local: true,
  };
  const after = {
    ...(uid === undefined ? {} : { uid }),
    group,
    ...(groups.length === 0 ? {} : { groups }),
    home,
    shell,
    ...(comment === '' ? {} : { comment }),
    ...(system ? { system } : {}),
    ...(args.password === undefined ? {} : { password: 'set' }),
    ...(args.password_lock === undefined ? {} : { password_lock: args.password_lock }),
    ...(args.expires === undefined ? {} : { expires: args.expires }),
  };
  const changes: Change[] = [
    ...(makes ? [{ resource: 'group', target: name, action: 'create', after: {} } as const] : []),
    { resource: 'user', target: name, action: 'create', after },
  ];
  requireRoot(view, changes);
  const own = { exists: true, name, gid: -1, members: [], primaryOf: [name], local: true } as const;
  const part: Comparison = {
    changes,
    effects: [
      accountWillBe(name, account),
      ...(uid === undefined ? [] : [uidWillBe(uid, name)]),
      ...groupsWillBe(view, name, { joins: groups, leaves: [], newPrimary: group }),
      ...(makes ? [groupWillBe(name, own)] : []),
      shadowWillBe(
        name,
        secrets?.next ?? { exists: true, locked: true, password: undefined, expires: undefined },
      ),
    ],
    actions: () => createActions({ args, account, makes, secrets, defaults, tools }),
  };
  return { part, account };
}

/** What a host's defaults will most likely lead to. */
function likelyLooks({ name, home, shell = '/bin/sh' }: UserArgs): readonly HostLook<unknown>[] {
  const skel = '/etc/skel';
  const files = ['.bash_logout', '.bashrc', '.profile'].map((file) => `${skel}/${file}`);
  return [
    statLook(shell),
    statLook(parentOf(home ?? `/home/${name}`)),
    entriesLook(skel),
    ...files.flatMap((file) => [statLook(file), contentLook(file)]),
  ];
}

/** The primary group of a new user, and whether it is made together with it. */
function primaryGroup(
  args: UserArgs,
  view: View,
  defaults: AccountDefaults,
): { readonly group: string; readonly makes: boolean } {
  if (args.group !== undefined) {
    requireGroups(view, [args.group], false);
    return { group: args.group, makes: false };
  }
  const [own] = view.see(groupLook(args.name));
  if (own.exists) return { group: args.name, makes: false };
  if (defaults.userGroups) return { group: args.name, makes: true };
  const byNumber = /^\d+$/.test(defaults.group);
  const [named] = byNumber ? view.see(gidLook(Number(defaults.group))) : [defaults.group];
  if (named === undefined || !view.see(groupLook(named))[0].exists) {
    fail(
      `the default group ${defaults.group} of this host (/etc/default/useradd) does not exist`,
      'name a primary group with "group"',
    );
  }
  return { group: named, makes: false };
}
