import { type HostLookKind, LookError } from '../engine/look.ts';
import { type Shell, sh } from '../shell/quote.ts';
import { type AccountState, readAccounts } from './account-lines.ts';
import { type GroupState, readGroups } from './group-lines.ts';

export interface AccountQuery {
  readonly name: string;
  readonly asks: 'user' | 'group';
}

/** Characters of numbers and names that are kept; a host with more users has its file read twice. */
const MOST = 20_000;

/**
 * Users and groups by name. The files are read by the shell itself, which costs no process, and once, as it asks the kernel for
 * each byte; only names that are in neither are asked of `getent`, where it is there.
 *
 * Lines about users begin with `user:`: `local:` or `other:` and an entry of passwd(5); `group:` and an entry of group(5) that
 * names one of the users or is the primary group of one; `ids:NAME:GROUP:GROUP GROUP …` for accounts that are not local. Those
 * about groups begin with `group:`: `local:` or `other:` and an entry of group(5); `primary:GID:NAME` for the accounts of a
 * local one.
 */
export const accountsKind: HostLookKind<AccountQuery, AccountState | GroupState> = {
  name: 'account',
  inShell: true,
  sameForAll: true,
  sameForSame: true,
  script(queries) {
    const [users, groups] = byQuestion(queries);
    return sh`nl='
'
users=$nl groups=$nl gids=$nl primary=$nl known= many=
if [ -r /etc/passwd ]; then
  while IFS= read -r l || [ -n "$l" ]; do
    n=\${l%%:*} g=\${l#*:*:*:}; g=\${g%%:*}
    case $n in ${anyOf(users)}) printf 'user:local:%s\\n' "$l"; users=$users$n$nl primary=$primary$g$nl ;; esac
    ${groups.length === 0 ? sh`` : sh`if [ \${#known} -gt ${MOST} ]; then many=y; else known=$known$g:$n$nl; fi`}
  done </etc/passwd
fi
if [ -r /etc/group ]; then
  while IFS= read -r l || [ -n "$l" ]; do
    n=\${l%%:*} g=\${l#*:*:} m=
    case $g in *:*) m=\${g#*:} g=\${g%%:*} ;; esac
    case $n in ${anyOf(groups)}) printf 'group:local:%s\\n' "$l"; groups=$groups$n$nl gids=$gids$g$nl ;; esac
    case $primary in *"$nl$g$nl"*) ;; *) case ,$m, in ${anyOf(users, sh`*,`, sh`,*`)}) ;; *) continue ;; esac ;; esac
    printf 'user:group:%s:%s:%s\\n' "$n" "$g" "$m"
  done </etc/group
fi
of() { case $gids in *"$nl$1$nl"*) printf 'group:primary:%s:%s\\n' "$1" "$2" ;; esac; }
if [ "$gids" = "$nl" ]; then :
elif [ -n "$many" ]; then
  while IFS= read -r l || [ -n "$l" ]; do g=\${l#*:*:*:}; of "\${g%%:*}" "\${l%%:*}"; done </etc/passwd
else
  set -f; IFS=$nl; for l in $known; do of "\${l%%:*}" "\${l#*:}"; done; unset IFS; set +f
fi
command -v getent >/dev/null 2>&1 || return 0
${missing('users', users)}
[ $# -eq 0 ] || getent passwd -- "$@" | while IFS= read -r l; do
  n=\${l%%:*}
  printf 'user:other:%s\\nuser:ids:%s:%s:%s\\n' "$l" "$n" "$(id -gn -- "$n" 2>/dev/null)" "$(id -Gn -- "$n" 2>/dev/null)"
done
${missing('groups', groups)}
[ $# -eq 0 ] || getent group -- "$@" | while IFS= read -r l; do printf 'group:other:%s\\n' "$l"; done
return 0`;
  },
  parse({ stdout, code }, queries) {
    if (code !== 0) throw new LookError('the accounts could not be read');
    const lines = stdout.toString('utf8').split('\n');
    const about = (start: string) =>
      lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
    const ofUsers = about('user:');
    const ofGroups = about('group:');
    if (lines.pop() !== '' || ofUsers.length + ofGroups.length !== lines.length)
      throw new LookError('the host gave a line about accounts that cannot be read');
    const user = readAccounts(ofUsers);
    const group = readGroups(ofGroups);
    return queries.map(({ name, asks }) => (asks === 'user' ? user(name) : group(name)));
  },
};

function byQuestion(queries: readonly AccountQuery[]): readonly [users: string[], groups: string[]] {
  const asked = (asks: AccountQuery['asks']) =>
    queries.filter((query) => query.asks === asks).map(({ name }) => name);
  return [asked('user'), asked('group')];
}

/** A pattern of `case` for words that hold no colon. */
function anyOf(words: readonly string[], before = sh``, behind = sh``): Shell {
  const [first = ':', ...others] = words;
  return others.reduce(
    (pattern, word) => sh`${pattern}|${before}${word}${behind}`,
    sh`${before}${first}${behind}`,
  );
}

/** Leaves those in `$@` that were not found. */
function missing(found: 'users' | 'groups', names: readonly string[]): Shell {
  return sh`set --
for w in ${names}; do case $${found} in *"$nl$w$nl"*) ;; *) set -- "$@" "$w" ;; esac; done`;
}
