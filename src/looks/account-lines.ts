import { LookError } from '../engine/look.ts';

/** A user of a host, as in passwd(5), with the groups it is in. */
export interface Account {
  readonly exists: true;
  readonly name: string;
  /** -1 when predicted: the host will choose. */
  readonly uid: number;
  /** The primary group's name; its number in text where the host has no name for it. */
  readonly group: string;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
  /** Supplementary groups, sorted, without the primary one. Those of /etc/group for a local account. */
  readonly groups: readonly string[];
  /** False when a directory service (LDAP, …) knows the account and /etc/passwd does not. */
  readonly local: boolean;
}

export type AccountState = Account | { readonly exists: false };

/**
 * Reads what accounts.ts makes a host say of users.
 *
 * @returns finds a user by name.
 */
export function readAccounts(lines: readonly string[]): (name: string) => AccountState {
  const entries = new Map<string, PasswdEntry>();
  const groups: { readonly name: string; readonly gid: string; readonly members: readonly string[] }[] = [];
  const ids = new Map<string, readonly [primary: string, all: string]>();
  for (const line of lines) {
    const [kind, ...fields] = line.split(':') as [string, ...string[]];
    if (kind === 'local' || kind === 'other') {
      const entry = readPasswd(fields, kind === 'local');
      if (!entries.has(entry.name)) entries.set(entry.name, entry);
    } else if (kind === 'group') {
      const [name = '', gid = '', members = ''] = fields;
      groups.push({ name, gid, members: members.split(',') });
    } else if (kind === 'ids') {
      ids.set(fields[0] ?? '', [fields[1] ?? '', fields[2] ?? '']);
    } else {
      throw new LookError('the host gave a line about accounts that cannot be read');
    }
  }
  return (name) => {
    const entry = entries.get(name);
    if (entry === undefined) return { exists: false };
    const { gid, ...rest } = entry;
    const [primary, all] = ids.get(name) ?? ['', ''];
    const group = primary || (groups.find((one) => one.gid === gid)?.name ?? gid);
    const found = [
      ...all.split(' ').filter((one) => one !== ''),
      ...groups.filter(({ members }) => members.includes(name)).map((one) => one.name),
    ];
    return {
      exists: true,
      ...rest,
      group,
      groups: [...new Set(found)].filter((one) => one !== group).sort(),
    };
  };
}

interface PasswdEntry extends Omit<Account, 'exists' | 'group' | 'groups'> {
  readonly gid: string;
}

function readPasswd(fields: readonly string[], local: boolean): PasswdEntry {
  const [name = '', , uid = '', gid = '', comment = '', home = '', shell = ''] = fields;
  if (fields.length !== 7 || !/^\d+$/.test(uid) || !/^\d+$/.test(gid)) {
    throw new LookError(`the passwd entry of "${name}" cannot be read`);
  }
  return { name, uid: Number(uid), gid, comment, home, shell, local };
}
