import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { sh } from '../shell/quote.ts';

/** The file system that holds a path, or would hold it. */
export interface DiskSpace {
  /** Bytes that the acting user may still use there (`df`: available, without root's reserve). */
  readonly available: number;
  /** Bytes with root's reserve, where the host says so: what root can write before it fails. */
  readonly withReserve?: number;
  /** Where it is mounted. */
  readonly mount: string;
}

/** Two lines for each path, of the nearest directory above it that exists: of `df -Pk`, and the free blocks with the reserve. */
const spaceKind: HostLookKind<string, DiskSpace> = {
  name: 'disk-space',
  volatile: () => true,
  script(paths) {
    return sh`for p in ${paths}; do
  while [ ! -d "$p" ] && [ -n "$p" ]; do p=\${p%/*}; done
  df -Pk "\${p:-/}" | { read -r head; read -r line; printf '%s\\n' "$line"; }
  stat -f -c '%f %b %S' "\${p:-/}" 2>/dev/null || echo
done`;
  },
  parse({ stdout }, paths) {
    const lines = stdout.toString('utf8').split('\n');
    return paths.map((path, index) => {
      const space = readSpace(lines[2 * index] ?? '');
      if (space === undefined) throw new LookError(`the free space at ${path} cannot be read`);
      return { ...space, ...readReserve(lines[2 * index + 1] ?? '', space.available) };
    });
  },
};

/** What ext4 keeps back from everybody, root included: so many blocks, or this part of all. */
const KEPT_BLOCKS = 4096;
const KEPT_PART = 1 / 50;

/** Reads a line of `stat -f`: free blocks, all blocks, their size. */
function readReserve(line: string, available: number): Pick<DiskSpace, 'withReserve'> {
  const [, free, all, size] = /^(\d+) (\d+) (\d+)$/.exec(line) ?? [];
  if (free === undefined) return {};
  const kept = Math.min(KEPT_BLOCKS, Math.ceil(Number(all) * KEPT_PART));
  return { withReserve: Math.max(available, (Number(free) - kept) * Number(size)) };
}

/** Asks how much space is left where a path is, or would be. */
export function diskSpaceLook(path: string): HostLook<DiskSpace> {
  return hostLook(spaceKind, path, path);
}

/** Reads a line of `df -Pk` (POSIX: device, 1024-blocks, used, available, capacity, mount point). */
export function readSpace(line: string): DiskSpace | undefined {
  const [, available, mount] = / \d+ +-?\d+ +(-?\d+) +(?:\d+%|-) +(\/.*)$/.exec(line) ?? [];
  if (available === undefined || mount === undefined) return undefined;
  return { available: Math.max(0, Number(available)) * 1024, mount };
}
