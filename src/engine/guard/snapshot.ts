import { nameOf, parentOf } from '../../resources/host-path.ts';
import { REMOVE_TREE } from '../../resources/remove-tree.ts';
import { shortName } from '../../resources/temporary.ts';
import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import type { GuardNeed } from './need.ts';
import { restoreEntries } from './restore-entries.ts';

/** The files that hold the entries of users and groups. */
const ACCOUNT_FILES = ['passwd', 'shadow', 'group', 'gshadow'];

/**
 * Keeps in the directory `$G` what a change may touch; exits with 1 where that cannot be done. Of each path three things
 * are kept: where its directory really stands, which one that is (device and inode), and a copy.
 */
export function takeSnapshot({ paths = [], accounts = [], groups = [] }: GuardNeed): Shell {
  const entries = accounts.length + groups.length > 0;
  return joinShell([
    REMOVE_TREE,
    sh`save() {
  cd -P -- "$2" 2>/dev/null || return 0
  readlink /proc/self/cwd >"$G/$1.at"
  stat -c %d:%i . >"$G/$1.id"
  if [ ! -e "./$3" ] && [ ! -L "./$3" ]; then : >"$G/$1.absent"
  elif [ "$4" = attributes ] && [ -d "./$3" ] && [ ! -L "./$3" ]; then
    ( cd -P -- "./$3"; stat -c '%d:%i %u:%g %a' . >"$G/$1.attributes" )
  else
    if [ -d "./$3" ] && [ ! -L "./$3" ]; then
      not_mounted "./$3" || exit 1
      # It is put back by its name, which is safe only where nobody else can change what that means.
      if [ "$(stat -c %u .)" != "$(id -u)" ]; then echo "the directory around $2/$3 belongs to somebody else: it cannot be kept for a rollback" >&2; exit 1; fi
    fi
    cp -a -- "./$3" "$G/$1.copy"
  fi
}`,
    ...paths.map(
      ({ path, attributes }, index) =>
        sh`( save ${index} ${parentOf(path)} ${nameOf(path)} ${attributes === true ? 'attributes' : 'whole'} )`,
    ),
    ...(entries
      ? [sh`for f in ${ACCOUNT_FILES}; do if [ -f "/etc/$f" ]; then cp -a -- "/etc/$f" "$G/$f"; fi; done`]
      : []),
  ]);
}

/**
 * Puts back what `takeSnapshot` has kept in `$G`. What cannot be put back is said on standard error; `failed` is then not
 * empty. Nothing is written where it would be the same.
 *
 * A user may own the directory that something is put back into: so it must be the very one that was seen, names are
 * looked up in it only, and owner and mode are set through the open file.
 */
export function restoreSnapshot(need: GuardNeed, token: string): Shell {
  const { paths = [], accounts = [], groups = [] } = need;
  const entries = accounts.length + groups.length > 0;
  return joinShell([
    sh`failed=`,
    RESTORE,
    ...paths.map(({ path }, index) => {
      const beside = `.provision-${token.slice(0, 12)}-${shortName(nameOf(path))}`;
      // Not with ||: what stands before it runs without set -e.
      return sh`( set -eu; restore ${index} ${nameOf(path)} ${`./${beside}`} ); [ $? -eq 0 ] || failed="$failed "${path}`;
    }),
    ...(entries ? [restoreEntries(accounts, groups)] : []),
  ]);
}

const RESTORE: Shell = joinShell([
  REMOVE_TREE,
  sh`restore() {
  [ -e "$G/$1.at" ] || return 0
  name=./$2 tmp=$3
  at=$(cat "$G/$1.at")
  trap 'rm -rf -- "$tmp"' EXIT
  cd -P -- "$at"
  if [ "$(readlink /proc/self/cwd)" != "$at" ] || ! same_place . "$G/$1.id"; then echo "$at was replaced by something else meanwhile" >&2; return 1; fi
  if [ -e "$G/$1.absent" ]; then
    if [ -d "$name" ] && [ ! -L "$name" ]; then remove_tree "$name"; else rm -f -- "$name"; fi
  elif [ -e "$G/$1.attributes" ]; then
    read -r id owner mode <"$G/$1.attributes"
    cd -P -- "$name"
    if ! same_place . "$G/$1.attributes"; then echo "$at/$2 was replaced by something else meanwhile" >&2; return 1; fi
    chown "$owner" .; chmod "$mode" .
  elif [ -L "$G/$1.copy" ]; then
    [ "$(readlink "$name" 2>/dev/null)" != "$(readlink "$G/$1.copy")" ] || return 0
    ln -s -- "$(readlink "$G/$1.copy")" "$tmp"
    chown -h "$(stat -c %u:%g "$G/$1.copy")" "$tmp"
    aside; p_move "$tmp" "$name"
  elif [ -d "$G/$1.copy" ]; then
    cp -a -- "$G/$1.copy" "$tmp"
    aside; p_move "$tmp" "$name"
  else
    if [ -f "$name" ] && [ ! -L "$name" ] && [ "$(looks "$name")" = "$(looks "$G/$1.copy")" ]; then return 0; fi
    set -C; exec 3>"$tmp"; set +C
    cat "$G/$1.copy" >&3
    chown "$(stat -c %u:%g "$G/$1.copy")" /proc/self/fd/3
    chmod "$(stat -c %a "$G/$1.copy")" /proc/self/fd/3
    touch -r "$G/$1.copy" /proc/self/fd/3
    # A disk that fails is no reason not to go back.
    p_sync /proc/self/fd/3 || :; exec 3>&-
    aside; p_move "$tmp" "$name"
    if [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null 2>&1; then restorecon -- "$at/$2" || :; fi
  fi
  p_sync . || :
}
same_place() {
  read -r was rest <"$2"
  # After a boot a device may have another number.
  if [ "$mode_of_run" = boot ]; then [ "$(stat -c %i "$1")" = "\${was#*:}" ]; else [ "$(stat -c %d:%i "$1")" = "$was" ]; fi
}
# Where nothing can be hashed (the program may need what was taken away) no two files are the same.
looks() { stat -c '%u %g %a' -- "$1"; h=$(p_sha256 <"$1") || h=; echo "\${h:-$1}"; }
aside() { if [ -d "$name" ] && [ ! -L "$name" ]; then remove_tree "$name"; fi; }`,
]);
