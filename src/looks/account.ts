import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { sh } from '../shell/quote.ts';

/** A user of a host, as in passwd(5), with the groups it is in. */
export interface Account {
  readonly exists: true;
  readonly name: string;
  /** -1 when predicted: the host will choose. */
  readonly uid: number;
  /** The primary group's name. */
  readonly group: string;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
  /** Supplementary groups, sorted, without the primary one. */
  readonly groups: readonly string[];
}

export type AccountState = Account | { readonly exists: false };

/**
 * Users by name: `getent` where it is there (it also asks LDAP and the like), else the files.
 * For each name a line of passwd, then a line of group names with the primary one first; empty lines for none.
 */
const accountKind: HostLookKind<string, AccountState> = {
  name: 'account',
  script(names) {
    return sh`for n in ${names}; do
  if command -v getent >/dev/null 2>&1; then line=$(getent passwd "$n"); else
    line=
    while IFS= read -r l; do case "$l" in "$n":*) line=$l; break ;; esac; done </etc/passwd
  fi
  printf '%s\\n' "$line"
  if [ -n "$line" ]; then id -ngr "$n" 2>/dev/null || id -ng "$n"; id -nG "$n" 2>/dev/null || echo; else echo; echo; fi
done`;
  },
  parse({ stdout }, names) {
    const lines = stdout.toString('utf8').split('\n');
    return names.map((name, index) => {
      const [line = '', primary = '', all = ''] = lines.slice(index * 3, index * 3 + 3);
      if (line === '') return { exists: false };
      const fields = line.split(':');
      if (fields.length !== 7 || fields[0] !== name)
        throw new LookError(`the passwd entry of "${name}" cannot be read`);
      const [, , uid, gid, comment, home, shell] = fields as [string, ...string[]];
      const group = primary === '' ? (gid as string) : primary;
      return {
        exists: true,
        name,
        uid: Number(uid),
        group,
        comment: comment as string,
        home: home as string,
        shell: shell as string,
        groups: all
          .split(' ')
          .filter((one) => one !== '' && one !== group)
          .sort(),
      };
    });
  },
};

/** Asks for a user by name. */
export function accountLook(name: string): HostLook<AccountState> {
  return hostLook(accountKind, name, name);
}
