import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { sh } from '../shell/quote.ts';

/** A group of a host, as in group(5). */
export type GroupState =
  | { readonly exists: false }
  | {
      readonly exists: true;
      readonly name: string;
      /** -1 when predicted: the host will choose. */
      readonly gid: number;
      /** Sorted. */
      readonly members: readonly string[];
    };

/** Groups by name, one line of group(5) each; an empty line for none. */
const groupKind: HostLookKind<string, GroupState> = {
  name: 'group',
  script(names) {
    return sh`for n in ${names}; do
  if command -v getent >/dev/null 2>&1; then getent group "$n" || echo; else
    line=
    while IFS= read -r l; do case "$l" in "$n":*) line=$l; break ;; esac; done </etc/group
    printf '%s\\n' "$line"
  fi
done`;
  },
  parse({ stdout }, names) {
    const lines = stdout.toString('utf8').split('\n');
    return names.map((name, index) => {
      const line = lines[index] ?? '';
      if (line === '') return { exists: false };
      const fields = line.split(':');
      if (fields.length !== 4 || fields[0] !== name)
        throw new LookError(`the group entry of "${name}" cannot be read`);
      const members = (fields[3] as string)
        .split(',')
        .filter((member) => member !== '')
        .sort();
      return { exists: true, name, gid: Number(fields[2]), members };
    });
  },
};

/** Asks for a group by name. */
export function groupLook(name: string): HostLook<GroupState> {
  return hostLook(groupKind, name, name);
}
