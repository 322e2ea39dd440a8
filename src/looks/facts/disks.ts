import { LookError } from '../../engine/look.ts';
import { sh } from '../../shell/quote.ts';
import type { Fact } from './fact.ts';

/** File systems on the host's own disks. Not among them: network file systems, where asking may hang. */
const LOCAL = sh`ext2|ext3|ext4|xfs|btrfs|zfs|f2fs|jfs|bcachefs|vfat|exfat|overlay`;

/** /proc/mounts writes blanks in octal (`\040`), which `printf %b` reads. */
export const disks: Fact = {
  name: 'disks',
  summary:
    'The mounted local file systems, by path, with `size` and `free` in bytes (free as for users without privilege).',
  example: [{ path: '/', size: 20_957_446_144, free: 9_034_547_200 }],
  script: sh`while read -r dev path type rest; do
  case $type in ${LOCAL}) stat -f -c '%S %b %a %n' -- "$(printf '%b' "$path")" 2>/dev/null || : ;; esac
done </proc/mounts`,
  parse(output) {
    const found = new Map<string, { path: string; size: number; free: number }>();
    for (const line of output.split('\n').filter((one) => one !== '')) {
      const match = /^(\d+) (\d+) (\d+) (\/.*)$/.exec(line);
      if (match === null) throw new LookError(`stat -f gave a line that cannot be read: ${line}`);
      const [, block, blocks, free, path] = match as unknown as [string, string, string, string, string];
      // What is mounted later over the same path is what is seen.
      found.set(path, { path, size: Number(block) * Number(blocks), free: Number(block) * Number(free) });
    }
    return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  },
};
