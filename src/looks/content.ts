import { createHash } from 'node:crypto';
import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { type Shell, sh } from '../shell/quote.ts';
import { markedSections } from './marked-sections.ts';

/** The largest file whose bytes are brought to the controller, for diffs and for edits within a file. */
export const CONTENT_LIMIT = 256 * 1024;

export interface ContentQuery {
  readonly path: string;
  /** Leave the bytes out when the file has this SHA-256: a converged file costs 64 bytes, not its size. */
  readonly unless?: string;
}

export interface FileContent {
  /** Lower-case hex; undefined when there is no readable regular file. */
  readonly sha256: string | undefined;
  /** Absent when the hash equals `unless`, or the file is larger than `CONTENT_LIMIT`. */
  readonly bytes?: Uint8Array;
}

/**
 * The hash of a (small) regular file, and its bytes where they are needed. Links are not followed.
 *
 * All files of a trip cost one `sha256sum`, and one `dd` each that is read: it sends no more than tells that a file is too
 * large. Which files there are is found once and kept, so that a file that comes
 * or goes meanwhile cannot shift the answers of the others. For each query one section comes back, ended by a line with the
 * mark: empty when there is no file, the hash, or the hash, a newline and the bytes.
 */
const contentKind: HostLookKind<ContentQuery, FileContent> = {
  name: 'content',
  inShell: true,
  sameForAll: true,
  sameForSame: true,
  script(queries) {
    const paths = queries.map(({ path }) => path);
    const skips = queries.map(({ unless }) => unless ?? 'none');
    return sh`nl='
'
set --
flags=
for p in ${paths}; do
  if [ -f "$p" ] && [ -r "$p" ] && [ ! -L "$p" ]; then set -- "$@" "$p"; flags="$flags"1; else flags="$flags"0; fi
done
hashes=
if [ $# -gt 0 ]; then hashes=$(${sums(paths)}) || return 1; fi
skips=${skips.join(' ')}
for p in ${paths}; do
  case $flags in 1*)
    line=\${hashes%%"$nl"*}; hashes=\${hashes#"$line"}; hashes=\${hashes#"$nl"}
    line=\${line#\\\\}; hash=\${line%% *}
    printf '%s' "$hash"
    if [ "\${skips%% *}" != "$hash" ]; then echo; dd bs=${CONTENT_LIMIT + 1} count=1 iflag=fullblock <"$p" 2>/dev/null; fi
  esac
  printf '\\n%s\\n' "$MARK"
  skips=\${skips#* } flags=\${flags#?}
done
[ -z "$hashes" ]`;
  },
  parse({ stdout, code, mark }, queries) {
    if (code !== 0) throw new LookError('a file could not be hashed on the host');
    return markedSections(stdout, mark, queries.length).map(readSection);
  },
  predict: predictContent,
  // Without the bytes it costs a host a hash: a file that is said to be right is looked at again.
  volatile: ({ bytes }) => bytes === undefined,
  place: { of: ({ path }) => path, at: ({ unless }, path) => contentLook(path, unless) },
};

/** A line for each file. Busybox does not escape a line feed in a name, so that file's own name is not shown to it. */
function sums(paths: readonly string[]): Shell {
  if (!paths.some((path) => path.includes('\n'))) return sh`sha256sum -- "$@"`;
  return sh`for p; do sha256sum <"$p" || exit 1; done`;
}

/** Asks for a file's hash, and for its bytes unless it has the hash `unless`. */
export function contentLook(path: string, unless?: string): HostLook<FileContent> {
  return hostLook(
    contentKind,
    { path, ...(unless === undefined ? {} : { unless }) },
    `${unless ?? ''}:${path}`,
  );
}

function readSection(section: Buffer): FileContent {
  if (section.length === 0) return { sha256: undefined };
  const sha256 = section.toString('latin1', 0, 64);
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new LookError('the host sent something that is no SHA-256');
  if (section.length === 64) return { sha256 };
  const bytes = section.subarray(65);
  if (bytes.length > CONTENT_LIMIT) return { sha256 };
  const received = createHash('sha256').update(bytes).digest('hex');
  if (received !== sha256) throw new LookError('a file changed while it was read');
  return { sha256, bytes };
}

function predictContent(query: ContentQuery, overlay: Overlay): Prediction<FileContent> | undefined {
  const found = overlay.path(query.path);
  if (found === undefined) return undefined;
  if ('absent' in found) return { value: { sha256: undefined } };
  if ('inTree' in found) return { value: { sha256: found.inTree.sha256 } };
  const { state, sha256, content } = found.effect;
  if (!state.exists || state.type === 'directory' || state.type === 'link')
    return { value: { sha256: undefined } };
  // Only the mode or the owner changes: the content is what it was.
  if (sha256 === undefined) {
    return state.type === 'unknown' ? { unknown: `${query.path} is made by an earlier command` } : undefined;
  }
  return { value: { sha256, ...(content === undefined ? {} : { bytes: content }) } };
}
