import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { sh } from '../shell/quote.ts';

/** The file system that holds a path, or would hold it. */
export interface DiskSpace {
  /** Bytes that the acting user may still use there (`df`: available, without root's reserve). */
  readonly available: number;
  /** Where it is mounted. */
  readonly mount: string;
}

/** One line of `df -Pk` for each path: of the nearest directory above it that exists. */
const spaceKind: HostLookKind<string, DiskSpace> = {
  name: 'disk-space',
  volatile: () => true,
  script(paths) {
    return sh`for p in ${paths}; do
  while [ ! -d "$p" ] && [ -n "$p" ]; do p=\${p%/*}; done
  df -Pk "\${p:-/}" | { read -r head; read -r line; printf '%s\\n' "$line"; }
done`;
  },
  parse({ stdout }, paths) {
    const lines = stdout.toString('utf8').split('\n');
    return paths.map((path, index) => {
      const space = readSpace(lines[index] ?? '');
      if (space === undefined) throw new LookError(`the free space at ${path} cannot be read`);
      return space;
    });
  },
};

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
