import type { Action } from '../../engine/step-kind.ts';
import type { AccountDefaults } from '../../resources/accounts/defaults.ts';
import { chooseGid, dropGroup, editFunctions, putGroup } from '../../resources/accounts/edit.ts';
import { joinShell, sh } from '../../shell/quote.ts';
import type { GroupArgs } from './schema.ts';

/** How groups are changed on a host: with the tools of the shadow suite, or by editing the files. */
export type Means = 'tools' | 'files';

/** @param defaults where to take a number from on a host that has no groupadd; undefined when it has. */
export function createGroup(args: GroupArgs, defaults: AccountDefaults | undefined): Action {
  const { name, gid, system = false } = args;
  const title = `adding the group ${name}`;
  if (defaults === undefined) {
    const options = [...(system ? ['-r'] : []), ...(gid === undefined ? [] : ['-g', gid])];
    return { title, script: sh`groupadd ${options} -- ${name}` };
  }
  const range = system ? defaults.systemGids : defaults.gids;
  const choose = gid === undefined ? chooseGid(range, system) : sh`gid=${gid}`;
  return { title, script: joinShell([editFunctions(), choose, putGroup(name)]) };
}

/** Users whose primary group it is follow the new number, as groupmod(8) does it. */
export function renumberGroup(name: string, gid: number, primaryOf: readonly string[], means: Means): Action {
  const title = `changing the number of the group ${name}`;
  if (means === 'tools') return { title, script: sh`groupmod -g ${gid} -- ${name}` };
  const users = primaryOf.map((user) => sh`put_field /etc/passwd ${user} 4 ${gid}`);
  const group = sh`put_field /etc/group ${name} 3 ${gid}`;
  return { title, script: joinShell([editFunctions(), group, ...users]) };
}

export function deleteGroup(name: string, means: Means): Action {
  const title = `removing the group ${name}`;
  if (means === 'tools') return { title, script: sh`groupdel -- ${name}` };
  return { title, script: joinShell([editFunctions(), dropGroup(name)]) };
}
