import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { sh } from '../shell/quote.ts';

/** The file system that holds a path, or would hold it. */
export interface DiskSpace {
  /** Bytes that the acting user may still use there (`df`: available, without root's reserve). */
  readonly available: number;
  /** Bytes with root's reserve: what root can write before it fails. */
  readonly withReserve: number;
  /** Where it is mounted. */
  readonly mount: string;
}

/** For each path what `df -Pk` says of the nearest directory above it that exists, ended by a line with the mark. */
const asked: Omit<HostLookKind<string, DiskSpace>, 'name'> = {
  inShell: true,
  sameForAll: true,
  script(paths) {
    return sh`for p in ${paths}; do
  while [ ! -d "$p" ] && [ -n "$p" ]; do p=\${p%/*}; done
  df -Pk "\${p:-/}"; printf '%s\\n' "$MARK"
done`;
  },
  parse({ stdout, mark }, paths) {
    const answers = stdout.toString('utf8').split(`${mark}\n`);
    return paths.map((path, index) => {
      const [, line = ''] = answers[index]?.split('\n') ?? [];
      const space = readSpace(line);
      if (space === undefined) throw new LookError(`the free space at ${path} cannot be read`);
      return space;
    });
  },
};

const spaceKind: HostLookKind<string, DiskSpace> = { ...asked, name: 'disk-space', volatile: () => true };

const earlierSpaceKind: HostLookKind<string, DiskSpace> = {
  ...asked,
  name: 'earlier-disk-space',
  steady: true,
};

/** What ext4 keeps back from everybody, root included: 4096 blocks, most often of 4 KiB, or this part of all. */
const KEPT_BYTES = 4096 * 4096;
const KEPT_PART = 1 / 50;

/** Asks how much space is left where a path is, or would be. */
export function diskSpaceLook(path: string): HostLook<DiskSpace> {
  return hostLook(spaceKind, path, path);
}

/**
 * The same, but an answer from earlier in the run will do. It is for what is small: that there is room for all of it is judged
 * before the first change, and a disk that something else has filled meanwhile is told by the write itself. To ask again for
 * each of many files would cost a host a program for each.
 */
export function earlierDiskSpaceLook(path: string): HostLook<DiskSpace> {
  return hostLook(earlierSpaceKind, path, path);
}

/** Reads a line of `df -Pk` (POSIX: device, 1024-blocks, used, available, capacity, mount point). */
export function readSpace(line: string): DiskSpace | undefined {
  const [, size, used, left, mount] = / (\d+) +(-?\d+) +(-?\d+) +(?:\d+%|-) +(\/.*)$/.exec(line) ?? [];
  if (left === undefined || mount === undefined) return undefined;
  const available = Math.max(0, Number(left)) * 1024;
  const kept = Math.min(KEPT_BYTES, Number(size) * 1024 * KEPT_PART);
  // What is neither used nor kept back.
  const free = (Number(size) - Number(used)) * 1024 - kept;
  return { available, withReserve: Math.max(available, free), mount };
}
