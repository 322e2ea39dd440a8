import { type Shell, sh } from '../../shell/quote.ts';

/**
 * Prints a line `sudoers PATH` for what the rules of sudo include (sudoers(5), "Including other files from within sudoers"): files,
 * and directories of such, those too that an included file names. Builtins alone, but for a host's own name. Stands
 * where patterns are not expanded (`set -f`).
 *
 * @param main where sudo begins to read.
 */
export function sudoIncludes(main: string): Shell {
  return sh`sudoers() {
  [ -f "$1" ] && [ -r "$1" ] && [ $depth -lt 9 ] || return 0
  case $seen in *"|$1|"*) return 0 ;; esac
  seen="$seen|$1|"
  depth=$((depth + 1))
  while read -r k v || [ -n "$k" ]; do
    case $k in @include | @includedir | '#include' | '#includedir') ;; *) continue ;; esac
    case $v in \\"*) v=\${v#\\"}; v=\${v%%\\"*} ;; *) v=\${v%%[[:space:]]*} ;; esac
    case $v in /*) ;; *) v=\${1%/*}/$v ;; esac
    case $v in *%h*) short=$(uname -n); v=\${v%%'%h'*}\${short%%.*}\${v#*'%h'} ;; esac
    printf 'sudoers %s\\n' "$v"
    case $k in *include) sudoers "$v"; continue ;; esac
    set +f
    for one in "$v"/*; do
      # Those sudo leaves out.
      case \${one##*/} in *.* | *'~') ;; *) sudoers "$one" ;; esac
    done
    set -f
  done <"$1"
  depth=$((depth - 1))
}
seen= depth=0
sudoers ${main}`;
}
