import { type Shell, sh } from '../shell/quote.ts';

/**
 * A shell function: `mounts_in PATH` prints where something is mounted at a path or below it, in the kernel's own
 * spelling (a space as `\040`), one to a line. Comparing device numbers would not do: a directory that is mounted a
 * second time (`mount --bind`) has the number of the file system around it.
 */
export const MOUNTS_IN: Shell = sh`mounts_in() (
  case $1 in */*) cd -P -- "\${1%/*}/" 2>/dev/null || exit 0 ;; esac
  at=$(pwd -P)
  at=$(printf '%s' "\${at%/}/\${1##*/}" | sed 's/\\\\/\\\\134/g; s/ /\\\\040/g; s/\\t/\\\\011/g')
  grep -F -- " $at" /proc/self/mountinfo 2>/dev/null | while read -r id above device root point rest; do
    case $point in "$at" | "$at"/*) printf '%s\\n' "$point" ;; esac
  done
)`;
