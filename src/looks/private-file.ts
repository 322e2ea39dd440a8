import { createHash } from 'node:crypto';
import { type HostLook, type HostLookKind, hostLook, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { sh } from '../shell/quote.ts';
import { CONTENT_LIMIT, contentLook, type FileContent } from './content.ts';
import { markedSections } from './marked-sections.ts';

/** A file in a directory that its user may change at any moment while root looks. */
export interface PrivateFileQuery {
  /** A directory that only root can replace: the home itself. Links on the way to it are followed. */
  readonly base: string;
  /** The file, relative to it. Links on this way are not followed. */
  readonly below: string;
}

export interface PrivateFile extends FileContent {
  /** There is something, but not a regular file at exactly this path, or it is too large. */
  readonly refused?: boolean;
}

/**
 * Reads a file so that the kernel vouches for what was really opened. A test of the path beforehand would not do: its user
 * could put a link to /etc/shadow there between the test and the reading.
 *
 * The directory is opened and asked for its own path (that of a shell which is in it), and GNU's `dd` opens the file there and
 * follows no link. What is not read so is opened by the shell, and the kernel is asked for its path by `readlink`, a program more.
 *
 * For each query one section, ended by a line with the mark: `-` when there is nothing, the bytes and `f`, or
 * anything else when it is refused.
 */
const privateFileKind: HostLookKind<PrivateFileQuery, PrivateFile> = {
  name: 'private file',
  inShell: true,
  sameForAll: true,
  sameForSame: true,
  script(queries) {
    return sh`bytes() { dd bs=${CONTENT_LIMIT + 1} count=1 "$@" 2>/dev/null; }
of_directory() {
  cd -P /proc/self/fd/4 2>/dev/null && [ "$PWD" = "\${p%/*}" ] || return 1
  bytes if="/proc/self/fd/4/\${p##*/}" iflag=nofollow,nonblock,fullblock 4<&4
}
of_path() (
  exec 3<"$p" || exit
  [ "$(readlink /proc/self/fd/3 3<&3)" = "$p" ] && bytes iflag=fullblock <&3
)
read_private() {
  cd -P -- "$1" 2>/dev/null || { printf -; return; }
  p=\${PWD%/}/$2
  if [ ! -e "$p" ] && [ ! -L "$p" ]; then printf -; return; fi
  if [ ! -f "$p" ] || [ -L "$p" ] || [ ! -r "$p" ]; then return; fi
  if [ -n "$gnu" ] && [ -r "\${p%/*}/" ] && of_directory 4<"\${p%/*}/"; then printf f
  elif of_path; then printf f; fi
}
gnu= here=$PWD
if [ -f /bin/dd ] && ! [ /bin/dd -ef /bin/cat ]; then gnu=y; fi
set -- ${queries.flatMap(({ base, below }) => [base, below])}
while [ $# -gt 0 ]; do
  read_private "$1" "$2"; printf '\\n%s\\n' "$MARK"; shift 2
done
cd -- "\${here:-/}" 2>/dev/null || cd /`;
  },
  parse({ stdout, mark }, queries) {
    return markedSections(stdout, mark, queries.length).map((section) => {
      if (section.toString('latin1') === '-') return { sha256: undefined };
      if (section.at(-1) !== 0x66) return { sha256: undefined, refused: true };
      const bytes = section.subarray(0, -1);
      if (bytes.length > CONTENT_LIMIT) return { sha256: undefined, refused: true };
      return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
    });
  },
  place: { of: ({ base }) => base, at: ({ below }, base) => privateFileLook(base, below) },
  predict({ base, below }: PrivateFileQuery, overlay: Overlay): Prediction<PrivateFile> | undefined {
    const path = `${base === '/' ? '' : base}/${below}`;
    return overlay.path(path) === undefined ? undefined : { insteadOf: contentLook(path) };
  },
};

/** Asks for the bytes of a file in a place that its user controls. */
export function privateFileLook(base: string, below: string): HostLook<PrivateFile> {
  return hostLook(privateFileKind, { base, below }, `${base}:${below}`);
}
