import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { sh } from '../shell/quote.ts';

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
 * Users by name. The files are read by the shell itself, which costs no process; only names that are not in
 * /etc/passwd are asked of `getent`, where it is there.
 *
 * Lines: `local:` or `other:` and an entry of passwd(5); `group:` and an entry of group(5) that names one of
 * the users or is the primary group of one; `ids:NAME:GROUP:GROUP GROUP …` for accounts that are not local.
 */
const accountKind: HostLookKind<string, AccountState> = {
  name: 'account',
  inShell: true,
  sameForAll: true,
  sameForSame: true,
  script(names) {
    return sh`wanted() { for w in ${names}; do [ "$1" != "$w" ] || return 0; done; return 1; }
found=' '; gids=' '
if [ -r /etc/passwd ]; then
  while IFS= read -r l || [ -n "$l" ]; do
    if wanted "\${l%%:*}"; then
      printf 'local:%s\\n' "$l"; found="$found\${l%%:*} "
      g=\${l#*:*:*:}; gids="$gids\${g%%:*} "
    fi
  done </etc/passwd
fi
member() { for w in ${names}; do case ",$1," in *",$w,"*) return 0 ;; esac; done; return 1; }
if [ -r /etc/group ]; then
  while IFS=: read -r n p g m; do
    case $gids in *" $g "*) printf 'group:%s:%s:%s\\n' "$n" "$g" "$m"; continue ;; esac
    if member "$m"; then printf 'group:%s:%s:%s\\n' "$n" "$g" "$m"; fi
  done </etc/group
fi
set --
for w in ${names}; do case $found in *" $w "*) ;; *) set -- "$@" "$w" ;; esac; done
[ $# -gt 0 ] && command -v getent >/dev/null 2>&1 || return 0
getent passwd -- "$@" | while IFS= read -r l; do
  n=\${l%%:*}
  printf 'other:%s\\nids:%s:%s:%s\\n' "$l" "$n" "$(id -gn -- "$n" 2>/dev/null)" "$(id -Gn -- "$n" 2>/dev/null)"
done
return 0`;
  },
  parse({ stdout, code }, names) {
    if (code !== 0) throw new LookError('the accounts could not be read');
    const entries = new Map<string, PasswdEntry>();
    const groups: { readonly name: string; readonly gid: string; readonly members: readonly string[] }[] = [];
    const ids = new Map<string, readonly [primary: string, all: string]>();
    for (const line of stdout.toString('utf8').split('\n')) {
      const [kind, ...fields] = line.split(':') as [string, ...string[]];
      if (kind === 'local' || kind === 'other') {
        const entry = readPasswd(fields, kind === 'local');
        if (!entries.has(entry.name)) entries.set(entry.name, entry);
      } else if (kind === 'group') {
        const [name = '', gid = '', members = ''] = fields;
        groups.push({ name, gid, members: members.split(',') });
      } else if (kind === 'ids') {
        ids.set(fields[0] ?? '', [fields[1] ?? '', fields[2] ?? '']);
      } else if (line !== '') {
        throw new LookError('the host gave a line about accounts that cannot be read');
      }
    }
    return names.map((name): AccountState => {
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
    });
  },
};

/** Asks for a user by name. */
export function accountLook(name: string): HostLook<AccountState> {
  return hostLook(accountKind, name, name);
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
