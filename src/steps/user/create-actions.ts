import type { Action } from '../../engine/step-kind.ts';
import type { Account } from '../../looks/account.ts';
import type { AccountDefaults } from '../../resources/accounts/defaults.ts';
import { changeMember, chooseGid, editFunctions, putGroup } from '../../resources/accounts/edit.ts';
import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import { passwordAction } from './password.ts';
import type { UserArgs } from './schema.ts';
import type { Secrets } from './wanted.ts';

export interface NewAccount {
  readonly args: UserArgs;
  readonly account: Account;
  /** Its group is made with it. */
  readonly makes: boolean;
  readonly secrets: Secrets | undefined;
  readonly defaults: AccountDefaults;
  /** The host has useradd. */
  readonly tools: boolean;
}

/** The account first, then its password: what is missing after an interruption is seen and done next time. */
export function createActions(wanted: NewAccount): readonly Action[] {
  const { args, account, secrets, tools } = wanted;
  const add: Action = {
    title: `adding the user ${account.name}`,
    script: tools ? useradd(wanted) : addByFiles(wanted),
  };
  if (args.password === undefined || secrets === undefined) return [add];
  return [add, passwordAction(account.name, args.password, secrets.next, tools)];
}

function useradd({ args, account, makes, secrets }: NewAccount): Shell {
  const { name, group, groups, home, shell, comment } = account;
  const day = secrets?.next.exists === true ? secrets.next.expires : undefined;
  const options = [
    '-M',
    ...(args.system === true ? ['-r'] : []),
    ...(args.uid === undefined ? [] : ['-u', args.uid]),
    ...(makes ? ['-U'] : ['-N', '-g', group]),
    ...(groups.length === 0 ? [] : ['-G', groups.join(',')]),
    ...['-d', home, '-s', shell],
    ...(comment === '' ? [] : ['-c', comment]),
    ...(day === undefined ? [] : ['-e', day]),
  ];
  return sh`useradd ${options} -- ${name}`;
}

/** In an order that makes an account only when everything it needs is there. */
function addByFiles({ args, account, makes, secrets, defaults }: NewAccount): Shell {
  const { name, group, groups, home, shell, comment } = account;
  const system = args.system === true;
  const uids = system ? defaults.systemUids : defaults.uids;
  const gids = system ? defaults.systemGids : defaults.gids;
  const day = secrets?.next.exists === true ? secrets.next.expires : undefined;
  return joinShell([
    editFunctions(),
    args.uid === undefined
      ? sh`uid=$(free_number /etc/passwd ${uids.min} ${uids.max} ${system ? 'down' : 'up'})`
      : sh`uid=${args.uid}`,
    // The same number for the group where it is free, as useradd does.
    makes
      ? joinShell([
          sh`gid=$uid`,
          sh`while IFS=: read -r n p i rest; do if [ "$i" = "$uid" ]; then gid=; fi; done </etc/group`,
          sh`if [ -z "$gid" ]; then ${chooseGid(gids, system)}; fi`,
          putGroup(name),
        ])
      : sh`gid=$(entry /etc/group ${group}); gid=\${gid#*:*:}; gid=\${gid%%:*}`,
    sh`secret='!'`,
    sh`if with_shadow /etc/shadow; then put /etc/shadow ${name} ${name}:'!':$(($(date +%s) / 86400)):0:99999:7::${day ?? ''}:; secret=x; fi`,
    sh`put /etc/passwd ${name} ${name}:"$secret:$uid:$gid":${comment}:${home}:${shell}`,
    ...groups.map((one) => changeMember('join', one, name)),
  ]);
}
