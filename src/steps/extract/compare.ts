import { diffTree } from '../../artifacts/tree-diff.ts';
import type { Change } from '../../engine/change.ts';
import type { PathEffect, PresentPath } from '../../engine/effect.ts';
import type { HostLook } from '../../engine/look.ts';
import { type Comparison, combine, converged } from '../../engine/step-kind.ts';
import { fail, Unpredictable, type View } from '../../engine/view.ts';
import { accountLook } from '../../looks/account.ts';
import type { Archive, WholeArchive } from '../../looks/archive.ts';
import { diskSpaceLook } from '../../looks/disk-space.ts';
import { hashLook } from '../../looks/hash.ts';
import { mountsLook } from '../../looks/mounts.ts';
import { statLook } from '../../looks/stat.ts';
import { type TreeState, treeLook } from '../../looks/tree.ts';
import type { TreeScope } from '../../looks/tree-script.ts';
import { describeState } from '../../resources/describe.ts';
import { managedPath, normalPath, parentOf } from '../../resources/host-path.ts';
import { wantLink } from '../../resources/link.ts';
import { requireNothingMounted } from '../../resources/mounts.ts';
import {
  type Ownership,
  ownerLooks,
  primaryGroup,
  requireOwners,
  requireRight,
} from '../../resources/ownership.ts';
import {
  type Parent,
  requireParentOf,
  requireReadable,
  requireWritableParent,
} from '../../resources/parent.ts';
import { requireSpace } from '../../resources/space.ts';
import { foreseeWriting } from '../../resources/writable.ts';
import { extractAction } from './action.ts';
import { requireApart, requireKeptReachable, requireRoomForKept } from './require.ts';
import type { ExtractArgs } from './schema.ts';
import { requireArchive, requireOnHost, requireWhole } from './source.ts';
import { requireUnpacker, unpackerLooks } from './tools.ts';
import { creation, treeChanges } from './tree-changes.ts';
import { entryState, treeIndex } from './tree-index.ts';

/** What a file takes on a disk is counted in these. */
const DISK_BLOCK = 4096;

/** An archive as a tree on the host, and a link to it. */
export function compare(args: ExtractArgs, view: View): Comparison {
  const deep = args.deep ?? view.context.deep;
  const archive = requireArchive(args, view, deep);
  const dest = managedPath(args.dest);
  const link = args.link === undefined ? undefined : managedPath(args.link);
  if (link !== undefined) requireApart(dest, link);
  requireRoomForKept(archive);
  const owner = args.owner ?? view.actingUser;
  const scope: TreeScope = {
    owner,
    group: args.group ?? (owner === 'root' ? 'root' : ''),
    keep: args.keep ?? [],
    passed: archive.aboveKept.absent,
  };
  const asked = treeLook({
    ...scope,
    path: dest,
    listing: archive.listing,
    ...(archive.anchors === undefined ? {} : { anchors: archive.anchors }),
    ...(deep ? { contents: archive.contents } : {}),
  });
  const ownership: Ownership = {
    ...(args.owner === undefined ? {} : { owner: args.owner }),
    ...(args.group === undefined ? {} : { group: args.group }),
  };
  foreseeWriting(view, dest, [parentOf(dest)]);
  view.see(
    statLook(dest),
    statLook(parentOf(dest)),
    asked,
    ...(owner === 'root' ? [] : [accountLook(owner)]),
    ...ownerLooks(ownership),
    ...(link === undefined ? [] : [statLook(link), statLook(parentOf(link))]),
  );
  requireOwners(view, ownership);
  const [state] = view.see(asked);
  const tree = compareTree({ args, view, archive, dest, scope, deep, state });
  if (link === undefined) return tree;
  const after = tree.changes.length > 0 ? view.after(tree.effects) : view;
  return combine(tree, wantLink(after, { path: link, target: dest }));
}

interface Compared {
  readonly args: ExtractArgs;
  readonly view: View;
  readonly archive: Archive;
  readonly dest: string;
  readonly scope: TreeScope;
  readonly deep: boolean;
  readonly state: TreeState;
}

interface ComparedWhole extends Compared {
  readonly archive: WholeArchive;
}

function compareTree(compared: Compared): Comparison {
  const { view, archive, dest, scope, state } = compared;
  const [now] = view.see(statLook(dest));
  const parent = requireParentOf(view, dest);
  requireReadable(now, dest);
  if (now.exists && now.type === 'unknown') throw new Unpredictable(`${dest} is made by an earlier command`);
  if (now.exists && now.type !== 'directory') {
    fail(
      `${dest} is a ${describeState(now)} on this host, not a directory`,
      now.type === 'link'
        ? 'give the directory itself as "dest", one for each version, and the link as "link"'
        : 'remove it, or choose another path',
    );
  }
  if (state.exists && state.listing === undefined && state.hashes === undefined) return converged();
  const group = scope.group === '' ? primaryGroup(view, scope.owner) : scope.group;
  const whole = { ...compared, archive: requireWhole(compared.args, archive, view, workLooks(compared)) };
  const changes = state.exists
    ? differences(whole, state, group)
    : [creation(dest, archive, scope.owner, group)];
  const root = rootState(whole.archive, scope.owner, group);
  requireRight(view, dest, now.exists ? now : undefined, root);
  requireWritableParent(view, dest);
  return carriedOut(whole, changes, root, parent);
}

/** What is asked of the host only when there is something to do. */
function workLooks({ args, archive, dest }: Compared): readonly HostLook<unknown>[] {
  const src = args.src === undefined ? undefined : normalPath(args.src);
  return [
    diskSpaceLook(parentOf(dest)),
    mountsLook(dest),
    ...unpackerLooks(archive),
    ...(src === undefined ? [] : [statLook(src), hashLook(src)]),
  ];
}

function differences(
  { archive, dest, scope }: ComparedWhole,
  state: TreeState & { exists: true },
  group: string,
): readonly Change[] {
  requireKeptReachable(dest, scope.keep, state.listing);
  const diff = diffTree(archive.tree, state, { keep: scope.keep, owner: `${scope.owner}:${group}` });
  if (diff.differences.length === 0) {
    fail(`the host lists what is in ${dest} in a form that cannot be compared with the archive`);
  }
  return treeChanges(dest, archive, diff);
}

function carriedOut(
  compared: ComparedWhole,
  changes: readonly Change[],
  root: PresentPath,
  parent: Parent,
): Comparison {
  const { args, view, archive, dest, scope, deep } = compared;
  const src = args.src === undefined ? undefined : normalPath(args.src);
  view.see(...workLooks(compared));
  const unpacker = requireUnpacker(view, archive, src === undefined);
  requireNothingMounted(view, dest);
  const proven = src === undefined ? undefined : requireOnHost(src, archive, view);
  const strip = args.strip ?? 0;
  if (unpacker.kind === 'zip' && strip > 0 && archive.top === undefined) {
    fail(`"strip: ${strip}" of a zip archive needs one common directory above everything in it`);
  }
  const stored = unpacker.kind === 'zip' ? archive.size : 0;
  const space = diskUse(archive) + stored;
  const effect: PathEffect = {
    type: 'path',
    path: dest,
    state: root,
    fresh: scope.keep.length === 0,
    tree: treeIndex(archive.tree, root.owner, root.group),
  };
  return {
    changes,
    effects: [effect, requireSpace(view, dest, space)],
    actions: () => [
      extractAction({
        archive,
        dest,
        strip,
        scope,
        root,
        parent,
        unpacker,
        deep,
        space,
        ...(src === undefined ? {} : { src }),
        ...(proven === undefined || deep ? {} : { proven }),
      }),
    ],
  };
}

function rootState(archive: WholeArchive, owner: string, group: string): PresentPath {
  const root = archive.tree.get('.');
  if (root === undefined) throw new Error('an archive tree has no root');
  return { ...entryState(root, owner, group), mtime: 0 };
}

function diskUse(archive: WholeArchive): number {
  let blocks = 0;
  for (const { size } of archive.tree.values()) blocks += Math.max(1, Math.ceil(size / DISK_BLOCK));
  return blocks * DISK_BLOCK;
}
