import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { sh } from '../shell/quote.ts';

/** A group of a host, as in group(5). */
export interface Group {
  readonly exists: true;
  readonly name: string;
  /** -1 when predicted: the host will choose. */
  readonly gid: number;
  /** Sorted. */
  readonly members: readonly string[];
  /** The local accounts whose primary group it is, sorted. */
  readonly primaryOf: readonly string[];
  /** False when a directory service (LDAP, …) knows the group and /etc/group does not. */
  readonly local: boolean;
}

export type GroupState = Group | { readonly exists: false };

/**
 * Groups by name, read by the shell itself; only names that are not in /etc/group are asked of `getent`.
 *
 * Lines: `local:` or `other:` and an entry of group(5); `primary:GID:NAME` for the accounts of a local one.
 */
const groupKind: HostLookKind<string, GroupState> = {
  name: 'group',
  inShell: true,
  sameForAll: true,
  sameForSame: true,
  script(names) {
    return sh`wanted() { for w in ${names}; do [ "$1" != "$w" ] || return 0; done; return 1; }
found=' '; gids=' '
if [ -r /etc/group ]; then
  while IFS= read -r l || [ -n "$l" ]; do
    if wanted "\${l%%:*}"; then
      printf 'local:%s\\n' "$l"; found="$found\${l%%:*} "
      g=\${l#*:*:}; gids="$gids\${g%%:*} "
    fi
  done </etc/group
fi
if [ "$gids" != ' ' ] && [ -r /etc/passwd ]; then
  while IFS=: read -r n p u g rest; do
    case $gids in *" $g "*) printf 'primary:%s:%s\\n' "$g" "$n" ;; esac
  done </etc/passwd
fi
set --
for w in ${names}; do case $found in *" $w "*) ;; *) set -- "$@" "$w" ;; esac; done
[ $# -gt 0 ] && command -v getent >/dev/null 2>&1 || return 0
getent group -- "$@" | while IFS= read -r l; do printf 'other:%s\\n' "$l"; done
return 0`;
  },
  parse({ stdout, code }, names) {
    if (code !== 0) throw new LookError('the groups could not be read');
    const groups = new Map<string, Group>();
    const primaries = new Map<number, string[]>();
    for (const line of stdout.toString('utf8').split('\n')) {
      const [kind, ...fields] = line.split(':') as [string, ...string[]];
      if (kind === 'local' || kind === 'other') {
        const group = readGroup(fields, kind === 'local');
        if (!groups.has(group.name)) groups.set(group.name, group);
      } else if (kind === 'primary') {
        const [gid = '', name = ''] = fields;
        primaries.set(Number(gid), [...(primaries.get(Number(gid)) ?? []), name]);
      } else if (line !== '') {
        throw new LookError('the host gave a line about groups that cannot be read');
      }
    }
    return names.map((name): GroupState => {
      const group = groups.get(name);
      if (group === undefined) return { exists: false };
      return group.local ? { ...group, primaryOf: (primaries.get(group.gid) ?? []).sort() } : group;
    });
  },
};

/** Asks for a group by name. */
export function groupLook(name: string): HostLook<GroupState> {
  return hostLook(groupKind, name, name);
}

function readGroup(fields: readonly string[], local: boolean): Group {
  const [name = '', , gid = '', members = ''] = fields;
  if (fields.length !== 4 || !/^\d+$/.test(gid)) {
    throw new LookError(`the group entry of "${name}" cannot be read`);
  }
  return {
    exists: true,
    name,
    gid: Number(gid),
    members: members
      .split(',')
      .filter((member) => member !== '')
      .sort(),
    primaryOf: [],
    local,
  };
}
