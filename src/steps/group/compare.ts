import type { Change } from '../../engine/change.ts';
import type { AnswerEffect } from '../../engine/effect.ts';
import { type Comparison, converged } from '../../engine/step-kind.ts';
import { fail, Unpredictable, type View } from '../../engine/view.ts';
import { accountLook } from '../../looks/account.ts';
import { type Group, type GroupState, groupLook } from '../../looks/group.ts';
import { gidLook } from '../../looks/id-owner.ts';
import { toolLook } from '../../looks/tool.ts';
import { accountDefaults } from '../../resources/accounts/defaults.ts';
import { requireLocal, requireRoot } from '../../resources/accounts/require.ts';
import { createGroup, deleteGroup, type Means, renumberGroup } from './actions.ts';
import type { GroupArgs } from './schema.ts';

/** A group with this name and number, or none. */
export function compare(args: GroupArgs, view: View): Comparison {
  const { name, gid } = args;
  const [now] = view.see(groupLook(name), ...(gid === undefined ? [] : [gidLook(gid)]));
  if (args.state === 'absent') return now.exists ? remove(now, view) : converged();
  if (gid !== undefined) requireFree(gid, name, view);
  if (!now.exists) return create(args, view);
  if (gid === undefined || gid === now.gid) return converged();
  if (now.gid < 0)
    throw new Unpredictable(`an earlier step adds the group "${name}"; the host will choose its number`);
  return renumber(now, gid, view);
}

function requireFree(gid: number, name: string, view: View): void {
  const [owner] = view.see(gidLook(gid));
  if (owner === undefined || owner === name) return;
  fail(
    `the number ${gid} belongs to the group "${owner}" on this host`,
    'choose another gid, or leave it out',
  );
}

function create(args: GroupArgs, view: View): Comparison {
  const { name, gid, system = false } = args;
  const means = meansFor('groupadd', view);
  // Only the files leave the choice of a number to us.
  const defaults = means === 'files' ? accountDefaults(view) : undefined;
  const after = { ...(gid === undefined ? {} : { gid }), ...(system ? { system } : {}) };
  const changes: Change[] = [{ resource: 'group', target: name, action: 'create', after }];
  requireRoot(view, changes);
  const state: Group = {
    exists: true,
    name,
    gid: gid ?? -1,
    members: [],
    primaryOf: [],
    local: true,
  };
  return {
    changes,
    effects: [groupWillBe(name, state), ...(gid === undefined ? [] : [gidWillBe(gid, name)])],
    actions: () => [createGroup(args, defaults)],
  };
}

function renumber(now: Group, gid: number, view: View): Comparison {
  const means = meansFor('groupmod', view);
  requireLocal('group', now);
  const changes: Change[] = [
    { resource: 'group', target: now.name, action: 'update', attribute: 'gid', before: now.gid, after: gid },
  ];
  requireRoot(view, changes);
  return {
    changes,
    effects: [
      groupWillBe(now.name, { ...now, gid }),
      gidWillBe(now.gid, undefined),
      gidWillBe(gid, now.name),
    ],
    actions: () => [renumberGroup(now.name, gid, now.primaryOf, means)],
    ...guardOf(now, view),
    notes: [`files that belong to group ${now.gid} keep that number`],
  };
}

function remove(now: Group, view: View): Comparison {
  const { name, members, primaryOf } = now;
  const means = meansFor('groupdel', view);
  requireLocal('group', now);
  if (primaryOf.length > 0) {
    fail(
      `the group "${name}" is the primary group of ${primaryOf.map((user) => `"${user}"`).join(', ')} on this host`,
      'remove the user first, or give it another group',
    );
  }
  const before = { ...(now.gid < 0 ? {} : { gid: now.gid }), members };
  const changes: Change[] = [{ resource: 'group', target: name, action: 'delete', before }];
  requireRoot(view, changes);
  const accounts = view.see(...members.map((member) => accountLook(member)));
  return {
    changes,
    ...guardOf(now, view),
    effects: [
      groupWillBe(name, { exists: false }),
      ...(now.gid < 0 ? [] : [gidWillBe(now.gid, undefined)]),
      ...accounts.flatMap((account) =>
        account.exists
          ? [
              {
                type: 'answer',
                key: accountLook(account.name).key,
                value: { ...account, groups: account.groups.filter((group) => group !== name) },
              } as const,
            ]
          : [],
      ),
    ],
    actions: () => [deleteGroup(name, means)],
  };
}

/** A group that the login user is in may be what lets it in, or become root. */
function guardOf({ name, members, primaryOf }: Group, view: View): Pick<Comparison, 'guard'> {
  if (![...members, ...primaryOf].includes(view.loginUser)) return {};
  // Users whose primary group it is follow its new number, and have to come back with it.
  return { guard: { what: `the group ${name}`, groups: [name], accounts: primaryOf } };
}

function meansFor(tool: string, view: View): Means {
  const [tools] = view.see(toolLook(tool));
  return tools ? 'tools' : 'files';
}

function groupWillBe(name: string, value: GroupState): AnswerEffect {
  return { type: 'answer', key: groupLook(name).key, value };
}

function gidWillBe(gid: number, value: string | undefined): AnswerEffect {
  return { type: 'answer', key: gidLook(gid).key, value };
}
