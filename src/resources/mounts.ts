import { beforeChanging, fail, type View } from '../engine/view.ts';
import { mountsLook } from '../looks/mounts.ts';

/**
 * Fails when something is mounted at a path or below it: whoever removes a tree does not mean the disk, or the
 * directory of somebody else, that has been mounted into it.
 */
export function requireNothingMounted(view: View, path: string): void {
  const [points] = beforeChanging(() => view.see(mountsLook(path)));
  const [first] = points;
  if (first === undefined) return;
  const others = points.length > 1 ? ` and ${points.length - 1} more` : '';
  fail(
    first === view.realPath(path)
      ? `${path} is a mount point on this host, which is not removed or replaced`
      : `something is mounted in ${path} on this host (${first}${others}), and would be emptied with it`,
    'unmount it first (umount), or mount it elsewhere',
  );
}
