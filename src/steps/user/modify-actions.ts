import type { Action } from '../../engine/step-kind.ts';
import type { Account } from '../../looks/account.ts';
import type { ShadowState } from '../../looks/shadow.ts';
import { changeMember, editFunctions } from '../../resources/accounts/edit.ts';
import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import { passwordAction } from './password.ts';
import type { UserArgs } from './schema.ts';
import type { Secrets } from './wanted.ts';

export interface ChangedAccount {
  readonly args: UserArgs;
  readonly now: Account;
  readonly account: Account;
  readonly joins: readonly string[];
  readonly leaves: readonly string[];
  readonly secrets: Secrets | undefined;
  /** The host has usermod. */
  readonly tools: boolean;
}

export function modifyActions(changed: ChangedAccount): readonly Action[] {
  const { args, account, secrets, tools } = changed;
  const { name } = account;
  const scripts = [...(tools ? usermod(changed) : byFiles(changed)), ...lockScripts(name, secrets, tools)];
  const edit: readonly Action[] =
    scripts.length === 0
      ? []
      : [
          {
            title: `changing the user ${name}`,
            script: joinShell(tools ? scripts : [editFunctions(), ...scripts]),
          },
        ];
  if (args.password === undefined || !passwordDiffers(secrets)) return edit;
  return [...edit, passwordAction(name, args.password, secrets?.next as ShadowState, tools)];
}

function usermod({ now, account, joins, leaves, secrets }: ChangedAccount): readonly Shell[] {
  const { uid, group, home, shell, comment } = account;
  const expiry = expiryChange(secrets);
  const options = [
    ...(uid === now.uid ? [] : ['-u', uid]),
    ...(group === now.group ? [] : ['-g', group]),
    ...(home === now.home ? [] : ['-d', home]),
    ...(shell === now.shell ? [] : ['-s', shell]),
    ...(comment === now.comment ? [] : ['-c', comment]),
    ...(expiry === undefined ? [] : ['-e', expiry]),
    ...(leaves.length > 0 ? ['-G', account.groups.join(',')] : []),
    ...(leaves.length === 0 && joins.length > 0 ? ['-a', '-G', joins.join(',')] : []),
  ];
  return options.length === 0 ? [] : [sh`usermod ${options} -- ${account.name}`];
}

function byFiles({ now, account, joins, leaves, secrets }: ChangedAccount): readonly Shell[] {
  const { name, group, home, shell, comment } = account;
  const expiry = expiryChange(secrets);
  const set = (field: number, value: string) => sh`put_field /etc/passwd ${name} ${field} ${value}`;
  return [
    ...(group === now.group
      ? []
      : [
          sh`gid=$(entry /etc/group ${group}); gid=\${gid#*:*:}; put_field /etc/passwd ${name} 4 "\${gid%%:*}"`,
        ]),
    ...(comment === now.comment ? [] : [set(5, comment)]),
    ...(home === now.home ? [] : [set(6, home)]),
    ...(shell === now.shell ? [] : [set(7, shell)]),
    ...(expiry === undefined ? [] : [sh`put_field /etc/shadow ${name} 8 ${expiry}`]),
    ...joins.map((one) => changeMember('join', one, name)),
    ...leaves.map((one) => changeMember('leave', one, name)),
  ];
}

/** Days in text, empty for never; undefined when it stays. */
function expiryChange(secrets: Secrets | undefined): string | undefined {
  if (secrets === undefined || !secrets.next.exists) return undefined;
  const { now, next } = secrets;
  if ((now.exists ? now.expires : undefined) === next.expires) return undefined;
  return next.expires === undefined ? '' : String(next.expires);
}

/** Lock and unlock where the hash stays; a new hash is written with its lock. */
function lockScripts(name: string, secrets: Secrets | undefined, tools: boolean): readonly Shell[] {
  if (secrets === undefined || !secrets.next.exists || passwordDiffers(secrets)) return [];
  const { now, next } = secrets;
  if ((now.exists && now.locked) === next.locked) return [];
  if (tools) return [sh`usermod ${next.locked ? '-L' : '-U'} -- ${name}`];
  const read = sh`old=$(entry /etc/shadow ${name}); old=\${old#*:}; old=\${old%%:*}`;
  return next.locked
    ? [joinShell([read, sh`put_field /etc/shadow ${name} 2 "!$old"`])]
    : [joinShell([read, sh`put_field /etc/shadow ${name} 2 "\${old#!}"`])];
}

function passwordDiffers(secrets: Secrets | undefined): boolean {
  if (secrets === undefined || !secrets.next.exists) return false;
  return (secrets.now.exists ? secrets.now.password : undefined) !== secrets.next.password;
}
