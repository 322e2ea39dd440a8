import type { WholeArchive } from '../../looks/archive.ts';
import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import { inflateFunction } from './inflate.ts';
import type { Unpacker } from './tools.ts';

/** Where the bytes of the archive come from: a file on the host, or the script's standard input. */
export type Origin = { readonly src: string; readonly proven?: string } | 'input';

/**
 * Unpacks into the empty directory `new` below the current one, which nobody else may enter. What arrives is compared
 * with the archive's SHA-256 while it is unpacked, or before; the caller puts nothing in its place when this fails.
 */
export function unpackScript(
  unpacker: Unpacker,
  origin: Origin,
  archive: WholeArchive,
  strip: number,
): Shell {
  if (unpacker.kind === 'zip') return unzipScript(unpacker.command, origin, archive, strip);
  const stripped = strip === 0 ? sh`` : sh` --strip-components=${strip}`;
  // GNU's tar would read a pipe in pieces of 10 KiB; others do not heed the variable.
  const tar = sh`TAR_OPTIONS=-b128 tar -xpf - --no-same-owner${stripped} -C new`;
  if (unpacker.kind === 'plain-tar') return tar;
  const gzip = unpacker.decompress[0] === 'gzip';
  const unpack = sh`{ ${gzip ? sh`inflate` : sh`${unpacker.decompress}`} || : >damaged; } | ${tar}`;
  const hashed = sh`mkfifo pipe; p_sha256 <pipe >sum & tee pipe | ${unpack}; wait $!; read -r sum rest <sum`;
  return joinShell([
    gzip ? inflateFunction(archive.size) : sh`:`,
    // Opened before all else: without a writer the pipe's reader would wait for ever.
    origin === 'input'
      ? hashed
      : sh`{ ${fromFile(origin.proven, archive.sha256, unpack, hashed)}; } <${origin.src}`,
    sh`[ ! -e damaged ] || { echo 'the archive is damaged' >&2; exit 1; }`,
    checkSum(archive),
  ]);
}

/**
 * A file of this host is hashed as it is unpacked: between two readings somebody may replace it or write to it. But not
 * one that was hashed before, that nobody but this user may write to, and that is the same before and after.
 */
function fromFile(proven: string | undefined, sha256: string, unpack: Shell, hashed: Shell): Shell {
  if (proven === undefined) return hashed;
  return sh`untouched() { [ "$(stat -L -c '%u %d:%i:%s:%y:%z' /proc/self/fd/0)" = "$(id -u) "${proven} ]; }
case $(stat -L -c %A /proc/self/fd/0) in -????-??-?) private=yes ;; *) private=no ;; esac
if [ $private = yes ] && untouched; then
  ${unpack}
  if untouched; then sum=${sha256}; else sum=; fi
else
  ${hashed}
fi`;
}

/**
 * Unpacks a zip archive. What unzip makes of modes and times depends on its kind and on the time zone, so both are set
 * here: 0755 and 0644 but for the exceptions, and one time for all.
 */
function unzipScript(
  command: readonly string[],
  origin: Origin,
  archive: WholeArchive,
  strip: number,
): Shell {
  const top = strip === 0 ? undefined : archive.top;
  const files = [...archive.tree].filter(([path]) => path !== '.');
  const mtime = files.find(([, { type }]) => type === 'file')?.[1].mtime ?? 0;
  return joinShell([
    // A copy that nobody else can reach: it is read twice, and must be the same both times.
    origin === 'input' ? sh`cat >archive.zip` : sh`cat <${origin.src} >archive.zip`,
    sh`sum=$(p_sha256 <archive.zip); sum=\${sum%% *}`,
    checkSum(archive),
    sh`LC_ALL=C.UTF-8 ${command} archive.zip -d new >/dev/null`,
    ...(top === undefined ? [] : [sh`mv -T -- ${`new/${top}`} stripped; rm -rf new; mv -T stripped new`]),
    modesScript(archive),
    sh`find new ! -type l -exec touch -d ${`@${mtime}`} {} +`,
  ]);
}

/** Gives everything in `new` the mode that it has in the archive, as far as its name is UTF-8. */
export function modesScript({ tree }: WholeArchive): Shell {
  return joinShell([
    sh`find new -type d -exec chmod 0755 {} +; find new -type f -exec chmod 0644 {} +`,
    ...exceptions([...tree].filter(([path]) => path !== '.')),
  ]);
}

function exceptions(
  files: readonly (readonly [string, { readonly type: string; readonly mode: number }])[],
): Shell[] {
  const byMode = new Map<string, string[]>();
  for (const [path, { type, mode }] of files) {
    if (type === 'link' || mode === (type === 'directory' ? 0o755 : 0o644)) continue;
    const name = `new/${Buffer.from(path, 'latin1').toString('utf8')}`;
    const octal = mode.toString(8).padStart(4, '0');
    byMode.set(octal, [...(byMode.get(octal) ?? []), name]);
  }
  return [...byMode].map(([mode, names]) => sh`printf '%s\\000' ${names} | xargs -0 chmod ${mode} --`);
}

function checkSum({ sha256 }: WholeArchive): Shell {
  return sh`[ "$sum" = ${sha256} ] || { echo 'the archive on this host has other bytes than on the controller' >&2; exit 1; }`;
}
