import type { Change } from '../../engine/change.ts';
import type { PathState } from '../../engine/effect.ts';
import { refuseLockout } from '../../engine/guard/refuse-lockout.ts';
import { type Action, type Comparison, combine, converged } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import { type Account, accountLook } from '../../looks/account.ts';
import { groupLook } from '../../looks/group.ts';
import { gidLook } from '../../looks/id-owner.ts';
import { statLook } from '../../looks/stat.ts';
import { toolLook } from '../../looks/tool.ts';
import { accountDefaults } from '../../resources/accounts/defaults.ts';
import { changeMember, dropGroup, editFunctions } from '../../resources/accounts/edit.ts';
import { requireLocal, requireRoot } from '../../resources/accounts/require.ts';
import { nameOf, parentOf } from '../../resources/host-path.ts';
import { requireNothingMounted } from '../../resources/mounts.ts';
import { enterDirectory, requireParentOf } from '../../resources/parent.ts';
import { REMOVE_TREE } from '../../resources/remove-tree.ts';
import { joinShell, sh } from '../../shell/quote.ts';
import { accountWillBe, groupsWillBe, groupWillBe, shadowWillBe, uidWillBe } from './effects.ts';
import type { UserArgs } from './schema.ts';

/** No such user; with `remove` not its home and mailbox either. */
export function remove(args: UserArgs, view: View): Comparison {
  const { name } = args;
  const [account] = view.see(accountLook(name));
  if (!account.exists) return args.remove === true ? removeLeftHome(args, view) : converged();
  const user = removeAccount(account, view);
  if (args.remove !== true) return user;
  const home = removeOwned(view, account.home, 'directory', name);
  return combine(user, home, removeOwned(view, `/var/mail/${name}`, 'file', name));
}

function removeAccount(account: Account, view: View): Comparison {
  const { name, group, groups, home, shell } = account;
  if (account.uid === 0 || name === view.actingUser) {
    fail(`the user "${name}" is the one that provision acts as on this host, and cannot be removed by it`);
  }
  if (name === view.loginUser) {
    refuseLockout(
      view,
      `this would lock the controller out: it logs in to this host as "${name}"`,
      'log in as another user (--user, ansible_user) to remove this one',
    );
  }
  const [primary, tools] = view.see(groupLook(group), toolLook('userdel'));
  requireLocal('user', account);
  const own =
    group === name &&
    primary.exists &&
    primary.local &&
    primary.members.every((member) => member === name) &&
    primary.primaryOf.every((user) => user === name);
  const changes: Change[] = [
    { resource: 'user', target: name, action: 'delete', before: { group, groups, home, shell } },
    ...(own ? [{ resource: 'group', target: name, action: 'delete', before: {} } as const] : []),
  ];
  requireRoot(view, changes);
  const gone = { exists: false } as const;
  return {
    changes,
    effects: [
      accountWillBe(name, gone),
      shadowWillBe(name, { exists: false, reason: 'no entry' }),
      ...(account.uid < 0 ? [] : [uidWillBe(account.uid, undefined)]),
      ...groupsWillBe(view, name, { joins: [], leaves: groups, oldPrimary: group }),
      ...(own ? [groupWillBe(name, gone)] : []),
      ...(own && primary.gid >= 0
        ? [{ type: 'answer', key: gidLook(primary.gid).key, value: undefined } as const]
        : []),
    ],
    actions: () => [tools ? userdel(name, own) : removeByFiles(account, own)],
  };
}

/** userdel removes the user's own group itself where login.defs says so. */
function userdel(name: string, own: boolean): Action {
  const group = sh`if getent group ${name} >/dev/null 2>&1; then groupdel -- ${name}; fi`;
  return {
    title: `removing the user ${name}`,
    script: joinShell([sh`userdel -- ${name}`, own ? group : sh`:`]),
  };
}

/** The account itself goes last: until then the next run sees that there is something left to do. */
function removeByFiles({ name, groups }: Account, own: boolean): Action {
  return {
    title: `removing the user ${name}`,
    script: joinShell([
      editFunctions(),
      ...groups.map((group) => changeMember('leave', group, name)),
      sh`if with_shadow /etc/shadow; then put /etc/shadow ${name} ''; fi`,
      own ? dropGroup(name) : sh`:`,
      sh`put /etc/passwd ${name} ''`,
    ]),
  };
}

/** Something of the user's own, removed after the account; what belongs to somebody else stays. */
function removeOwned(view: View, path: string, type: 'directory' | 'file', name: string): Comparison {
  const [state] = view.see(statLook(path));
  if (!state.exists || state.type !== type || path.split('/').length < 3) return converged();
  if (state.owner !== name) {
    return { ...converged(), notes: [`${path} belongs to ${state.owner}, and is left where it is`] };
  }
  return removePath(view, path, state);
}

/** An account that is gone may have left its home behind, when a removal was cut off. */
function removeLeftHome(args: UserArgs, view: View): Comparison {
  const home = args.home ?? `${accountDefaults(view).homes}/${args.name}`;
  const [state] = view.see(statLook(home));
  if (!state.exists || state.type !== 'directory' || !/^\d+$/.test(state.owner)) return converged();
  if (parentOf(home) === '/') return converged();
  const removed = removePath(view, home, state);
  requireRoot(view, removed.changes);
  return removed;
}

function removePath(view: View, path: string, state: PathState & { readonly exists: true }): Comparison {
  const isTree = state.type === 'directory';
  if (isTree) requireNothingMounted(view, path);
  const parent = requireParentOf(view, path);
  const name = `./${nameOf(path)}`;
  return {
    changes: [{ resource: state.type, target: path, action: 'delete', before: state.type }],
    effects: [{ type: 'path', path, state: { exists: false }, fresh: true }],
    actions: () => [
      {
        title: `removing ${path}`,
        script: joinShell([
          enterDirectory(parent),
          ...(isTree ? [REMOVE_TREE, sh`remove_tree ${name}`] : [sh`rm -f -- ${name}`]),
        ]),
      },
    ],
  };
}
