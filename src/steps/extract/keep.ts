import { type Shell, sh } from '../../shell/quote.ts';

/** The paths that carry everything that is kept: none lies below another, or it would be moved twice. */
export function outermost(keep: readonly string[]): readonly string[] {
  return keep.filter((path) => !keep.some((other) => path.startsWith(`${other}/`)));
}

/**
 * Shell functions that carry what is kept from an old tree into a new one, and back; for a shell that stands in the
 * private work directory, with descriptor 8 open on it. In it are `old`, `new`, and `keep`: the paths, one to a line.
 * While the N-th is in neither tree it is `kept.N/it`; a directory `kept.N` says that it has been taken.
 *
 * Whose tree it is may lay links in it at any time, also by directories that were open when the tree was moved away. So
 * a kept path is never followed as a whole: `descend` enters one directory after the other, and after each the kernel
 * says where that is. Then the entry is renamed out of, or into, the very directory that the shell stands in. Nothing
 * is copied: what is kept is never read, and never there twice.
 *
 * - `descend TREE PATH` enters the directory that holds a path of a tree, and leaves the name in `lead`: status 1 when
 *   there is none, 2 when something else than a directory of the tree is on the way;
 * - `take TREE PATH N` puts an entry aside when it is there; `put TREE PATH N` puts it into a tree;
 * - `carry_over` takes all from `old`, and only then puts them into `new`: until then nobody else can reach that;
 * - `give_back` undoes as much of it as was done, wherever it was cut off.
 */
export const KEEP: Shell = sh`there() { [ -e "$1" ] || [ -L "$1" ]; }
descend() {
  cd -P "./$1" || return 2
  lead=$2 place=$(pwd -P) disk=$(stat -c %d .)
  while :; do
    case $lead in */*) ;; *) return 0 ;; esac
    part=\${lead%%/*} lead=\${lead#*/}
    if [ ! -d "./$part" ] && [ ! -L "./$part" ]; then return 1; fi
    place=\${place%/}/$part
    if [ -L "./$part" ] || ! cd -P "./$part" || [ "$(pwd -P)" != "$place" ] || [ "$(stat -c %d .)" != "$disk" ]; then
      echo "$part, on the way to $2 in the tree, is a link or leads elsewhere: nothing is kept through it" >&2
      return 2
    fi
    if [ "$likewise" = yes ]; then like_here "/proc/self/fd/8/new/\${2%"/$lead"}" || return 2; fi
  done
}
like_here() {
  if [ -d "$1" ]; then return 0; fi
  mkdir -- "$1" && chown "$(stat -c %u:%g .)" "$1" && chmod "00$(stat -c %a .)" "$1"
}
likewise=no
take() (
  descend "$1" "$2" && rc=0 || rc=$?
  if [ $rc -eq 1 ]; then exit 0; elif [ $rc -ne 0 ]; then exit 1; fi
  there "./$lead" || exit 0
  mkdir -p "/proc/self/fd/8/kept.$3" && mv -f -T -- "./$lead" "/proc/self/fd/8/kept.$3/it"
)
put() (
  descend "$1" "$2" || exit 1
  if there "./$lead"; then echo "something else has taken the place of $2 meanwhile" >&2; exit 1; fi
  mv -f -T -- "/proc/self/fd/8/kept.$3/it" "./$lead"
)
each_kept() {
  n=0
  while IFS= read -r kept; do n=$((n + 1)); "$1" || return 1; done <keep
}
take_old() { take old "$kept" $n; }
make_room() { if there "kept.$n/it"; then rm -rf -- "new/$kept"; fi; }
put_new() { if there "kept.$n/it"; then put new "$kept" $n; fi; }
carry_over() {
  likewise=yes; each_kept take_old || return 1; likewise=no
  each_kept make_room && each_kept put_new
}
put_old() {
  [ -d "kept.$n" ] || return 0
  if ! there "kept.$n/it"; then
    if (descend old "$kept" && there "./$lead"); then return 0; fi
    take new "$kept" $n || return 1
    there "kept.$n/it" || return 0
  fi
  put old "$kept" $n
}
give_back() {
  likewise=no
  if [ -f keep ]; then each_kept put_old; fi
}`;
