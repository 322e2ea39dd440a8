import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { sh } from '../shell/quote.ts';

const uidKind = idKind('uid', 'passwd');
const gidKind = idKind('gid', 'group');

/** Asks which user has a number; undefined when it is free. */
export function uidLook(uid: number): HostLook<string | undefined> {
  return hostLook(uidKind, uid, String(uid));
}

/** Asks which group has a number; undefined when it is free. */
export function gidLook(gid: number): HostLook<string | undefined> {
  return hostLook(gidKind, gid, String(gid));
}

/** The number is the third field in both files. One line a number comes back, empty when it is free. */
function idKind(name: string, file: 'passwd' | 'group'): HostLookKind<number, string | undefined> {
  return {
    name,
    script(ids) {
      return sh`for id in ${ids}; do
  owner=
  if [ -r /etc/${file} ]; then
    while IFS=: read -r n p i rest; do if [ "$i" = "$id" ]; then owner=$n; break; fi; done </etc/${file}
  fi
  if [ -z "$owner" ] && command -v getent >/dev/null 2>&1; then
    owner=$(getent ${file} "$id" || :); owner=\${owner%%:*}
  fi
  printf '%s\\n' "$owner"
done`;
    },
    parse({ stdout, code }, ids) {
      const lines = stdout.toString('utf8').split('\n');
      if (code !== 0 || lines.length !== ids.length + 1)
        throw new LookError('the host gave no answer for a number');
      return ids.map((_, index) => lines[index] || undefined);
    },
  };
}
