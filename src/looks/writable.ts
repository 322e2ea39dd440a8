import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { sh } from '../shell/quote.ts';

/** Whether the acting user may write to what is at a path. `read-only`: nobody may, its file system is mounted so. */
export type Writable = 'yes' | 'no' | 'read-only';

const LETTERS: Readonly<Record<string, Writable>> = { y: 'yes', n: 'no', r: 'read-only' };

/** Sed commands for /proc/self/mountinfo that leave the numbers of the mounts that are read-only: by themselves, or as a whole. */
const MOUNT_READ_ONLY = 's/^\\([0-9]*\\) [0-9]* [^ ]* [^ ]* [^ ]* ro[, ].*/\\1/p';
const FILE_SYSTEM_READ_ONLY = 's/^\\([0-9]*\\) .* - [^ ]* [^ ]* ro\\(,.*\\)\\{0,1\\}$/\\1/p';

/**
 * One letter a path, by mode, access control list, immutable flag and mount. The shell's own test asks the kernel, root
 * included, and costs a host next to nothing; only that of busybox believes that root may write anywhere. So the table
 * of mounts is read where the test said no, to say why, and where it cannot be believed.
 */
const writableKind: HostLookKind<string, Writable> = {
  name: 'writable',
  inShell: true,
  sameForAll: true,
  script(paths) {
    return sh`believed=y; ro=
if command -v busybox >/dev/null 2>&1; then
  believed=; for s in /bin/dash /bin/bash; do if [ ! -L $s ] && [ "/proc/$$/exe" -ef $s ]; then believed=y; fi; done
  [ -n "$believed" ] || case $(readlink "/proc/$$/exe") in *busybox*) believed=n ;; *) believed=y ;; esac
fi
mounted_ro() {
  if [ ! -d "$1" ] && [ ! -f "$1" ]; then return 1; fi
  [ -n "$ro" ] || ro=" $(sed -n -e ${MOUNT_READ_ONLY} -e t -e ${FILE_SYSTEM_READ_ONLY} /proc/self/mountinfo | tr '\\n' ' ') "
  id=
  { while read -r key id; do if [ "$key" = mnt_id: ]; then break; fi; done </proc/self/fdinfo/9; } 9<"$1"
  case "$ro" in *" \${id:-none} "*) return 0 ;; esac
  return 1
} 2>/dev/null
letters=
for p in ${paths}; do
  if [ -w "$p" ] && [ $believed = y ]; then letters=\${letters}y
  elif mounted_ro "$p"; then letters=\${letters}r
  elif [ -w "$p" ]; then letters=\${letters}y
  else letters=\${letters}n; fi
done
echo "$letters"`;
  },
  parse({ stdout, code }, paths) {
    const letters = stdout.toString('latin1').trimEnd();
    if (code !== 0 || letters.length !== paths.length)
      throw new LookError('the host did not say what may be written');
    return paths.map((_, index) => LETTERS[letters[index] ?? ''] ?? 'no');
  },
  predict: predictWritable,
  // Asked only because something is to change. What has become read-only since is told by the write itself.
  steady: true,
  place: { of: (path) => path, at: (_, path) => writableLook(path) },
};

/** Asks whether the acting user may write to a file or into a directory that is there; a link is followed. */
export function writableLook(path: string): HostLook<Writable> {
  return hostLook(writableKind, path, path);
}

/** Whoever makes a directory may write there, unless it is given away; that is found at apply. */
function predictWritable(path: string, overlay: Overlay): Prediction<Writable> | undefined {
  return overlay.path(path) === undefined ? undefined : { value: 'yes' };
}
