import { editFunctions } from '../../resources/accounts/edit.ts';
import { joinShell, type Shell, sh } from '../../shell/quote.ts';

/**
 * Puts back the entries of users and groups from the copies in `$G`, and leaves all others as they are by now: somebody
 * else may have added users meanwhile. Adds what fails to `failed`.
 */
export function restoreEntries(accounts: readonly string[], groups: readonly string[]): Shell {
  return joinShell([
    sh`(
set -eu`,
    editFunctions(),
    sh`kept() { if [ -f "$1" ]; then while IFS= read -r l || [ -n "$l" ]; do case $l in "$2":*) printf '%s\\n' "$l"; return 0 ;; esac; done <"$1"; fi; }
back() {
  if [ -f "$G/$1" ] && [ "$(kept "$G/$1" "$2")" != "$(kept "/etc/$1" "$2")" ]; then put "/etc/$1" "$2" "$(kept "$G/$1" "$2")"; fi
}
has() { case ",\${1##*:}," in *",$2,"*) return 0 ;; esac; return 1; }
memberships() {
  [ -f "$G/$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    g=\${line%%:*}
    now=$(kept "/etc/$1" "$g")
    if [ -z "$now" ]; then
      if has "$line" "$2" || [ "$g" = "$2" ]; then put "/etc/$1" "$g" "$line"; fi
    elif has "$line" "$2"; then
      if ! has "$now" "$2"; then join "/etc/$1" "$g" "$2"; fi
    elif has "$now" "$2"; then leave "/etc/$1" "$g" "$2"; fi
  done <"$G/$1"
}
for one in ${groups}; do back group "$one"; back gshadow "$one"; done
for one in ${accounts}; do
  back shadow "$one"; back passwd "$one"
  memberships group "$one"; memberships gshadow "$one"
done
); [ $? -eq 0 ] || failed="$failed /etc/passwd"`,
  ]);
}
