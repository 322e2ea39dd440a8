import { randomBytes } from 'node:crypto';
import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import type { NumberRange } from './defaults.ts';

/**
 * Shell functions that edit passwd(5), group(5), shadow(5) and gshadow(5) where there is no useradd. Each edit
 * writes the whole file beside it, syncs and renames, so that it is whole at every moment. The shell itself
 * reads and prints the lines, so that no entry (a password hash) is ever an argument of a process.
 *
 * - `entry FILE NAME`: prints the entry.
 * - `put FILE NAME LINE`: replaces the entry, or appends it; an empty line removes it.
 * - `put_field FILE NAME N VALUE`: replaces the Nth field of the entry, counted from 1.
 * - `join FILE GROUP USER`, `leave FILE GROUP USER`: edits the last field, the members.
 * - `free_number FILE MIN MAX up|down`: prints a free number as useradd chooses: past the highest used one
 *   (system accounts: below the lowest), else the first free one.
 * - `with_shadow FILE`: tells whether the host has the file at all.
 */
export function editFunctions(): Shell {
  const token = randomBytes(6).toString('hex');
  return sh`tmp=/etc/.provision-${token}-accounts; trap 'rm -f -- "$tmp"' EXIT; trap 'exit 129' HUP TERM INT PIPE
for old in /etc/.provision-????????????-accounts; do rm -f -- "$old"; done
entry() {
  while IFS= read -r l || [ -n "$l" ]; do
    case $l in "$2":*) printf '%s\\n' "$l"; return 0 ;; esac
  done <"$1"
  echo "$1 has no entry for $2" >&2; return 1
}
put() {
  if [ ! -f "$1" ] || [ -L "$1" ]; then echo "$1 is not a regular file" >&2; exit 1; fi
  set -C; : >"$tmp"; set +C
  chown "$(stat -c %u:%g -- "$1")" "$tmp"
  put=
  {
    while IFS= read -r l || [ -n "$l" ]; do
      case $l in
        "$2":*) if [ -z "$put" ] && [ -n "$3" ]; then printf '%s\\n' "$3"; fi; put=1 ;;
        *) printf '%s\\n' "$l" ;;
      esac
    done
    if [ -z "$put" ] && [ -n "$3" ]; then printf '%s\\n' "$3"; fi
  } <"$1" >"$tmp"
  chmod "$(stat -c %a -- "$1")" "$tmp"
  p_sync "$tmp"; p_move "$tmp" "$1"; p_sync /etc
}
put_field() {
  rest=$(entry "$1" "$2"):; new=; n=0
  while [ -n "$rest" ]; do
    n=$((n + 1)); field=\${rest%%:*}; rest=\${rest#*:}
    if [ $n -eq "$3" ]; then field=$4; fi
    if [ $n -gt 1 ]; then new=$new:; fi
    new=$new$field
  done
  put "$1" "$2" "$new"
}
join() {
  old=$(entry "$1" "$2"); members=\${old##*:}
  case ",$members," in *",$3,"*) return 0 ;; esac
  put "$1" "$2" "\${old%:*}:\${members:+$members,}$3"
}
leave() {
  old=$(entry "$1" "$2"); rest=\${old##*:},; members=
  while [ -n "$rest" ]; do
    one=\${rest%%,*}; rest=\${rest#*,}
    if [ -n "$one" ] && [ "$one" != "$3" ]; then members=\${members:+$members,}$one; fi
  done
  put "$1" "$2" "\${old%:*}:$members"
}
free_number() {
  used=' '; edge=
  while IFS=: read -r n p i rest; do
    case $i in '' | *[!0-9]*) continue ;; esac
    if [ "$i" -lt "$2" ] || [ "$i" -gt "$3" ]; then continue; fi
    used="$used$i "
    if [ -z "$edge" ]; then edge=$i; fi
    case $4 in up) if [ "$i" -gt "$edge" ]; then edge=$i; fi ;; *) if [ "$i" -lt "$edge" ]; then edge=$i; fi ;; esac
  done <"$1"
  case $4 in up) i=$((\${edge:-$(($2 - 1))} + 1)) ;; *) i=$((\${edge:-$(($3 + 1))} - 1)) ;; esac
  if [ $i -ge "$2" ] && [ $i -le "$3" ]; then echo $i; return 0; fi
  i=$2
  while [ $i -le "$3" ]; do
    case $used in *" $i "*) i=$((i + 1)) ;; *) echo $i; return 0 ;; esac
  done
  echo "$1 has no free number from $2 to $3" >&2; return 1
}
with_shadow() { [ -e "$1" ]; }`;
}

/** Sets `gid` to a free number for a new group. */
export function chooseGid(range: NumberRange, system: boolean): Shell {
  return sh`gid=$(free_number /etc/group ${range.min} ${range.max} ${system ? 'down' : 'up'})`;
}

/** Puts a group whose number is in `gid` into the files; safe to run again. */
export function putGroup(name: string): Shell {
  return joinShell([
    sh`if with_shadow /etc/gshadow; then put /etc/gshadow ${name} ${`${name}:!::`}; fi`,
    sh`put /etc/group ${name} ${name}:x:"$gid":`,
  ]);
}

/** Takes a group out of the files; safe to run again. */
export function dropGroup(name: string): Shell {
  return joinShell([
    sh`if with_shadow /etc/gshadow; then put /etc/gshadow ${name} ''; fi`,
    sh`put /etc/group ${name} ''`,
  ]);
}

/** Makes a user a member of a group, or no longer one. */
export function changeMember(change: 'join' | 'leave', group: string, user: string): Shell {
  const verb = change === 'join' ? sh`join` : sh`leave`;
  return joinShell([
    sh`${verb} /etc/group ${group} ${user}`,
    sh`if with_shadow /etc/gshadow && entry /etc/gshadow ${group} >/dev/null 2>&1; then ${verb} /etc/gshadow ${group} ${user}; fi`,
  ]);
}
