import { MOUNTS_IN } from '../looks/mounts-script.ts';
import { joinShell, type Shell, sh } from '../shell/quote.ts';

/**
 * Shell functions that remove whole trees, and never go into what is mounted in one:
 *
 * - `not_mounted PATH` fails, and says why, when something is mounted there or below;
 * - `remove_tree PATH` asks that first. Should something be mounted just then, GNU's `rm` still stays on one file
 *   system; busybox has no such option.
 */
export const REMOVE_TREE: Shell = joinShell([
  MOUNTS_IN,
  sh`not_mounted() {
  mounted=$(mounts_in "$1")
  if [ -n "$mounted" ]; then
    printf '%s\\n' "something is mounted in what is to be removed, unmount it first: $(printf '%s' "$mounted" | head -n 1)" >&2
    return 1
  fi
}`,
  sh`remove_tree() {
  not_mounted "$1" || return 1
  if rm --one-file-system -f 2>/dev/null; then rm --one-file-system -rf -- "$1"; else rm -rf -- "$1"; fi
}`,
]);
