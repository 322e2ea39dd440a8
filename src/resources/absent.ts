import type { PresentPath } from '../engine/effect.ts';
import { type Comparison, converged } from '../engine/step-kind.ts';
import { fail, type View } from '../engine/view.ts';
import { directoryLook } from '../looks/directory.ts';
import { mountsLook } from '../looks/mounts.ts';
import { statLook } from '../looks/stat.ts';
import { joinShell, type Shell, sh } from '../shell/quote.ts';
import { describeState } from './describe.ts';
import { managedPath, nameOf, parentOf } from './host-path.ts';
import { requireNothingMounted } from './mounts.ts';
import { enterDirectory, requireParentOf, requireReadable, requireWritableParent } from './parent.ts';
import { REMOVE_TREE } from './remove-tree.ts';
import { foreseeWriting, requireChangeable } from './writable.ts';

/** Without these no host works; a playbook that removes one has an empty variable in its path. */
const NEVER_REMOVED = new Set(
  'bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var'
    .split(' ')
    .map((name) => `/${name}`)
    .concat('/', '/usr/bin', '/usr/sbin', '/usr/lib', '/usr/lib64', '/usr/share', '/usr/local', '/var/lib'),
);

export interface WantedAbsent {
  readonly path: string;
  /** The only kind of thing that is removed; whatever else stands there is a failure. Default: any. */
  readonly only?: 'file' | 'directory' | 'link';
  /** Remove a directory with everything in it. Default false. */
  readonly recursive?: boolean;
}

/** Nothing at a path. A directory with something in it is only removed when `recursive` is set. */
export function wantAbsent(view: View, wanted: WantedAbsent): Comparison {
  const path = managedPath(wanted.path);
  requireRemovable(path);
  foreseeWriting(view, path);
  const [now] = view.see(statLook(path), statLook(parentOf(path)));
  requireRemovable(path, view.realPath(path));
  requireReadable(now, path);
  if (!now.exists) return converged();
  requireKind(path, now, wanted.only);
  if (now.type === 'directory') {
    if (wanted.recursive !== true) requireEmpty(view, path);
    requireNothingMounted(view, path);
  }
  const parent = requireParentOf(view, path);
  requireWritableParent(view, path);
  requireChangeable(view, path, now);
  return {
    changes: [
      {
        resource: now.type === 'unknown' || now.type === 'other' ? 'file' : now.type,
        target: path,
        action: 'delete',
        before: describeState(now),
      },
    ],
    effects: [{ type: 'path', path, state: { exists: false }, fresh: true }],
    actions: () => [
      {
        title: `removing ${path}`,
        script: joinShell([
          enterDirectory(parent),
          removal(`./${nameOf(path)}`, now, wanted.recursive === true),
          sh`p_sync .`,
        ]),
      },
    ],
  };
}

/** A file step removes links as well: what they lead to stays. */
function requireKind(path: string, { type }: PresentPath, only: WantedAbsent['only']): void {
  if (only === undefined || type === only || type === 'unknown') return;
  if (only === 'file' && type !== 'directory') return;
  const kind = type === 'directory' || type === 'link' ? type : 'file';
  fail(`${path} is a ${type} on this host, not a ${only}`, `remove it with a "${kind}" step`);
}

function requireRemovable(path: string, real = path): void {
  if (!NEVER_REMOVED.has(real)) return;
  const place = real === path ? path : `${path}, which is ${real} on this host,`;
  fail(`${place} belongs to the system: provision does not remove it`);
}

function requireEmpty(view: View, path: string): void {
  view.prefetch(mountsLook(path));
  const [entries] = view.see(directoryLook(path));
  const [first] = entries.names;
  if (first === undefined && !entries.more) return;
  const others = entries.more
    ? ' and many others'
    : entries.names.length > 1
      ? ` and ${entries.names.length - 1} more`
      : '';
  fail(
    `${path} is a directory with something in it: ${first}${others}`,
    'set "recursive: true" to remove all of it',
  );
}

function removal(name: string, now: PresentPath, recursive: boolean): Shell {
  if (now.type !== 'directory') return sh`rm -f -- ${name}`;
  return recursive ? joinShell([REMOVE_TREE, sh`remove_tree ${name}`]) : sh`rmdir -- ${name}`;
}
