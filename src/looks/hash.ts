import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { type Shell, sh } from '../shell/quote.ts';
import { RACY } from './racy.ts';

/** `sha256` is undefined when there is no regular file that the acting user may read; links are not followed. */
export interface HashState {
  readonly sha256: string | undefined;
  /**
   * The identity (device, inode, size, mtime, ctime) that the file had when it was hashed. Absent when that is predicted, or
   * when a later change could have the same.
   */
  readonly identity?: string;
}

/**
 * The SHA-256 of a large regular file. A file whose identity (device, inode, size, mtime, ctime) is the one it had
 * when it was last hashed is not hashed again, unless the run is deep: ctime cannot be set, so a file that was
 * written to has another.
 *
 * Sections, each ended by a line feed: the host's clock, where a file is hashed; one letter a query (`-` no readable
 * file, `p` proven, `h` hashed); for each readable file its ctime in seconds and its identity; for each hashed one a line
 * of `p_sha256` and then, again, its identity.
 */
const hashKind: HostLookKind<string, HashState> = {
  name: 'hash',
  inShell: true,
  timeout: 1800,
  script(paths, { proofs, deep }) {
    const known = paths.map((path) => (deep ? undefined : proofs.get(path)?.identity) ?? '-');
    return sh`nl='
'
readable() { [ -f "$1" ] && [ -r "$1" ] && [ ! -L "$1" ]; }
set --
for p in ${paths}; do if readable "$p"; then set -- "$@" "$p"; fi; done
ids=
if [ $# -gt 0 ]; then ids=$(stat -c '%Z %d:%i:%s:%y:%z' -- "$@") || return 1; fi
all=$ids flags= known=${known.join('\n')}
set --
for p in ${paths}; do
  k=\${known%%"$nl"*}; known=\${known#*"$nl"}
  if readable "$p"; then
    i=\${ids%%"$nl"*}; ids=\${ids#*"$nl"}
    if [ "\${i#* }" = "$k" ]; then flags="$flags"p; else flags="$flags"h; set -- "$@" "$p"; fi
  else flags="$flags"-; fi
done
if [ $# -gt 0 ]; then date +%s; else echo; fi
printf '%s\\n%s\\n' "$flags" "$all"
if [ $# -gt 0 ]; then ${sums(paths)} && stat -c '%d:%i:%s:%y:%z' -- "$@" || return 1; fi`;
  },
  parse({ stdout, code }, paths, context) {
    if (code !== 0) throw new LookError('a file could not be hashed on the host');
    const lines = stdout.toString('latin1').split('\n');
    const clock = Number(lines[0]);
    const flags = lines[1] ?? '';
    const readable = [...flags].filter((flag) => flag !== '-').length;
    const hashed = [...flags].filter((flag) => flag === 'h').length;
    const rest = 2 + Math.max(1, readable);
    const next = { file: 0, hash: 0 };
    return paths.map((path, index) => {
      const flag = flags[index];
      if (flag === '-') return { sha256: undefined };
      const [changed = '', ...identityParts] = (lines[2 + next.file] ?? '').split(' ');
      const identity = identityParts.join(' ');
      next.file += 1;
      if (flag === 'p') {
        const proof = context.proofs.get(path);
        if (proof?.identity !== identity)
          throw new LookError(`the host says that ${path} is as before, but it is not`);
        return { sha256: proof.sha256, identity };
      }
      const sum = /^\\?([0-9a-f]{64}) /.exec(lines[rest + next.hash] ?? '')?.[1];
      const after = lines[rest + hashed + next.hash];
      next.hash += 1;
      if (sum === undefined || after === undefined)
        throw new LookError(`the host sent no SHA-256 of ${path}`);
      if (after !== identity) throw new LookError(`${path} was written to while it was hashed`);
      if (clock - Number(changed) < RACY) return { sha256: sum };
      context.prove?.(path, { identity, sha256: sum });
      return { sha256: sum, identity };
    });
  },
  proven: ({ sha256, identity }) => ({ sha256, identity }),
  predict: predictHash,
  place: { of: (path) => path, at: (_, path) => hashLook(path) },
};

/** A line for each file. Neither OpenSSL nor busybox escapes a line feed in a name, so the file's own name is not shown to them. */
function sums(paths: readonly string[]): Shell {
  if (!paths.some((path) => path.includes('\n'))) return sh`p_sha256 "$@"`;
  return sh`(for p; do p_sha256 <"$p" || exit 1; done)`;
}

/** Asks for the SHA-256 of a file that may be large. For small files whose bytes matter there is `contentLook`. */
export function hashLook(path: string): HostLook<HashState> {
  return hostLook(hashKind, path, path);
}

function predictHash(path: string, overlay: Overlay): Prediction<HashState> | undefined {
  const found = overlay.path(path);
  if (found === undefined) return undefined;
  if ('absent' in found) return { value: { sha256: undefined } };
  if ('inTree' in found) return { value: { sha256: found.inTree.sha256 } };
  const { state, sha256 } = found.effect;
  if (!state.exists || state.type === 'directory' || state.type === 'link')
    return { value: { sha256: undefined } };
  if (sha256 !== undefined) return { value: { sha256 } };
  // Only the mode or the owner changes: the content is what it was.
  return state.type === 'unknown' ? { unknown: `${path} is made by an earlier command` } : undefined;
}
