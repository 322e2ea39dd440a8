import { HASH_OF_NOTHING } from '../shell/openssl.ts';
import { joinShell, type Shell, sh } from '../shell/quote.ts';

/** Whose a tree is to be, and which paths of it are left alone. */
export interface TreeScope {
  readonly owner: string;
  /** Empty: the owner's primary group. */
  readonly group: string;
  /** Relative paths that are passed over, with all below them. */
  readonly keep: readonly string[];
  /** Relative paths that are passed over where they are directories, but not what is below them. */
  readonly passed: readonly string[];
}

/**
 * Shell text that describes the tree in the current directory, in the canonical form of
 * artifacts/tree-listing.ts, the same with GNU's tools and with busybox:
 *
 * - `$u` and `$g` are the wanted owner and group by number, or `none`;
 * - `tree_list` prints the listing;
 * - `tree_sums` prints the SHA-256 of every file.
 *
 * GNU's sha256sum writes line by line, so two of them may share a pipe; it writes names with a backslash in an escaped
 * form, which is undone here. Busybox does neither. Where OpenSSL's program is there, and can be made to write by line, it
 * is four times as quick on a processor that knows SHA-256.
 *
 * GNU's find prints all of it by itself, which costs half of starting `stat`, and tells what belongs to the wanted owner
 * at once; in UTC, as it would otherwise look at /etc/localtime for each file. Busybox has no `-printf`, and forgets to
 * run `-exec … +` within parentheses: there `sed` writes the wanted owner as `=`.
 */
export function treeFunctions({ owner, group, keep, passed }: TreeScope): Shell {
  const pruned = joinShell(
    [
      ...keep.map((path) => sh`-path ${pattern(path)} -prune -o`),
      ...passed.map((path) => sh`-path ${pattern(path)} -type d -o`),
    ],
    ' ',
  );
  return joinShell([
    sh`tree_ids() {
  case $1 in root) u=0 ;; *) u=$(id -u -- "$1" 2>/dev/null) || u=none ;; esac
  case $2 in
    root) g=0 ;;
    '') g=$(id -g -- "$1" 2>/dev/null) || g=none ;;
    *) if command -v getent >/dev/null 2>&1; then l=$(getent group "$2") || l=; else
         l=; while IFS= read -r e; do case "$e" in "$2":*) l=$e; break ;; esac; done </etc/group
       fi
       l=\${l#*:}; l=\${l#*:}; g=\${l%%:*}; g=\${g:-none} ;;
  esac
}
tree_ids ${owner} ${group}
case $u:$g in *none*) mine=-false ;; *) mine="-uid $u -gid $g" ;; esac`,
    sh`tree_list() {
  if find . -maxdepth 0 -printf '' 2>/dev/null; then
    TZ=UTC0 find . ${pruned} ${TOLD_APART} $mine \\( -type f -printf '%Ts = %m %s %p\\n' -o -type d -printf 'd = %m %p\\n' \\
      -o -type l -printf 'l = %s %p %l\\n' -o -printf 'o = %m %p\\n' \\) \\
      -o -type f -printf '%T@ %U:%G %m %s %p\\n' -o -type d -printf 'd. %U:%G %m %p\\n' \\
      -o -type l -printf 'l. %U:%G %s %p %l\\n' -o -printf 'o. %U:%G %m %p\\n'
  else
    {
      find . ${pruned} ${TOLD_APART} -type f -exec stat -c '%Y. %u:%g %a %s %n' {} + -o -type d -exec stat -c 'd. %u:%g %a %n' {} + \\
        -o -type l -exec sh -c 'for l; do printf "%s %s\\n" "$(stat -c "l. %u:%g %s %n" -- "$l")" "$(readlink -n -- "$l")"; done' sh {} + \\
        -o -exec stat -c 'o. %u:%g %a %n' {} +
    } | sed "s/\\.[0-9]* $u:$g / = /"
  fi | sort
}`,
    sh`tree_sums() {
  if sha256sum -z </dev/null >/dev/null 2>&1; then
    case $(stdbuf -oL openssl dgst -sha256 -r </dev/null 2>/dev/null) in
      ${HASH_OF_NOTHING}) set -- stdbuf -oL openssl dgst -sha256 -r ;;
      *) set -- sha256sum -- ;;
    esac
    find . ${pruned} ${PASSED_OVER} -type f -print0 | xargs -0 -r -n 400 -P 2 "$@"
  else find . ${pruned} ${PASSED_OVER} -type f -exec sha256sum -- {} +; fi |
    sed -e '/^\\\\/{s/^.//;s/\\\\\\\\/\\\\/g;}' -e 's/^\\([0-9a-f]*\\) \\*/\\1  /' | sort
}`,
  ]);
}

/**
 * A name with a newline would be told as several lines, each perhaps the line of another path. No archive brings one; what has it is
 * told by itself, as something else, each newline as a byte 1.
 */
const NAMED_SO = sh`-name ${'*\n*'} -prune`;
const TOLD_APART = sh`${NAMED_SO} -exec sh -c ${
  sh`for n; do printf 'o. %s %s\\n' "$(stat -c '%u:%g %a' -- "$n")" "$(printf %s "$n" | tr '\\n' '\\001')"; done`
    .text
} sh {} + -o`;
const PASSED_OVER = sh`${NAMED_SO} -o`;

/** A path as `find -path` takes it: no character of it stands for others. */
function pattern(path: string): string {
  return `./${path.replace(/[*?[\]\\]/g, '\\$&')}`;
}
