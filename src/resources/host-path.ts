import { fail } from '../engine/view.ts';

/**
 * An absolute path in the one form that paths are compared in: no doubled or trailing slash, no `.` part.
 * `..` is left alone, because what it means depends on the links before it.
 */
export function normalPath(path: string): string {
  return `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
}

/**
 * The same for a path that is to be managed. One with `..` is refused: it would be another path than the one that it
 * leads to, so that what is kept from removal, and what earlier steps did there, would go unseen. So is what belongs to
 * the kernel.
 */
export function managedPath(path: string): string {
  if (path.split('/').includes('..')) fail(`${path} has a ".." in it`, 'write the path that it leads to');
  const normal = normalPath(path);
  requireNotOfKernel(normal);
  return normal;
}

/**
 * Fails for what is a view into the kernel and no file that could be replaced, kept over a restart, or given away.
 *
 * @param real the same without links on the way, where that is known.
 */
export function requireNotOfKernel(path: string, real = path): void {
  const [root] = /^\/(?:proc|sys)(?=\/)/.exec(real) ?? [];
  if (root === undefined) return;
  const place = real === path ? path : `${path}, which is ${real} on this host,`;
  fail(
    `${place} belongs to the kernel: what is below ${root} cannot be made, replaced or removed`,
    real.startsWith('/proc/sys/')
      ? 'write the setting into a file in /etc/sysctl.d, and load it with a "command" step: sysctl --system'
      : 'write to it with a "command" step, or say in the configuration of the system what is to be set at each start',
  );
}

/** The directory that holds a path. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/**
 * Where a link leads, as it is written there.
 *
 * @param path of the link, without links on the way.
 */
export function linkTarget(path: string, target: string): string {
  return target.startsWith('/') ? target : `${parentOf(path)}/${target}`;
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The directories above a path, the root first and left out: `/a/b/c` has `/a` and `/a/b`. */
export function ancestorsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
