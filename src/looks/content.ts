import { createHash } from 'node:crypto';
import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { type Shell, sh } from '../shell/quote.ts';
import { markedSections } from './marked-sections.ts';

/** The largest file whose bytes are brought to the controller, for diffs and for edits within a file. */
export const CONTENT_LIMIT = 256 * 1024;

/** As many bytes of a file are sent at the most. */
const MOST = CONTENT_LIMIT + 1;

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
 * All files of a trip cost one `sha256sum`. Those that are read cost one `dd` where it is one, else a `stat` for the sizes and
 * a `head`; no more of a file is sent than tells that it is too large. Which files there are is found once and kept, so that a
 * file that comes or goes meanwhile cannot shift the answers of the others. For each query one section comes back, ended by a
 * line with the mark: the hash, or nothing when there is no file. Then come the sizes, a line for each file that is read
 * (where it is more than one), and the bytes of all.
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
skips=${skips.join(' ')} said=
set --
for p in ${paths}; do
  case $flags in 1*)
    line=\${hashes%%"$nl"*}; hashes=\${hashes#"$line"}; hashes=\${hashes#"$nl"}
    line=\${line#\\\\}; hash=\${line%% *}
    said=$said$hash
    if [ "\${skips%% *}" != "$hash" ]; then set -- "$@" "$p"; fi
  esac
  said=$said$nl$MARK$nl
  skips=\${skips#* } flags=\${flags#?}
done
printf %s "$said"
[ -z "$hashes" ] || return 1
read_one() { dd bs=${MOST} count=1 iflag=fullblock <"$1" 2>/dev/null; }
if [ $# -eq 1 ]; then read_one "$1"
elif [ $# -gt 1 ]; then
  stat -c %s -- "$@" || return 1
  # A busybox may have been built without these options.
  head -q -c ${MOST} -- "$@" 2>/dev/null || for p; do read_one "$p"; done
fi`;
  },
  parse({ stdout, code, mark }, queries) {
    if (code !== 0) throw new LookError('a file could not be hashed on the host');
    const hashes = markedSections(stdout, mark, queries.length).map(readHash);
    const sections = hashes.reduce((length, hash = '') => length + hash.length + mark.length + 2, 0);
    const read = queries.flatMap(({ unless }, index) =>
      hashes[index] === undefined || hashes[index] === unless ? [] : [index],
    );
    const bytes = new Map(contents(stdout.subarray(sections), read.length).map((one, i) => [read[i], one]));
    return hashes.map((sha256, index) => fileContent(sha256, bytes.get(index)));
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

function readHash(section: Buffer): string | undefined {
  if (section.length === 0) return undefined;
  const sha256 = section.toString('latin1');
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new LookError('the host sent something that is no SHA-256');
  return sha256;
}

/** The bytes of so many files, each no further than `MOST`. */
function contents(rest: Buffer, count: number): readonly Buffer[] {
  if (count === 1) return [rest];
  let at = 0;
  const sizes = Array.from({ length: count }, () => {
    const end = rest.indexOf(0x0a, at);
    const size = Number(rest.toString('latin1', at, end < 0 ? at : end) || 'none');
    if (!Number.isSafeInteger(size)) throw new LookError('the host sent fewer sizes than files');
    at = end + 1;
    return Math.min(size, MOST);
  });
  const files = sizes.map((size) => {
    const bytes = rest.subarray(at, at + size);
    at += size;
    return bytes;
  });
  if (at !== rest.length) throw new LookError(CHANGED);
  return files;
}

function fileContent(sha256: string | undefined, bytes: Buffer | undefined): FileContent {
  if (sha256 === undefined || bytes === undefined || bytes.length > CONTENT_LIMIT) return { sha256 };
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new LookError(CHANGED);
  return { sha256, bytes };
}

const CHANGED = 'a file changed while it was read';

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
