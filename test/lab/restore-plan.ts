import { lowerEntry } from './lower.ts';
import type { Tree, TreeEntry } from './tree.ts';
import { changedPaths, parentOf } from './tree.ts';

/** What brings one file system of a host back to an earlier state. Paths are relative to it. */
export interface RestorePlan {
  /** To be removed with all that is in them. */
  readonly remove: readonly string[];
  /** Files to be copied from a layer. */
  readonly copy: readonly (readonly [layer: string, path: string])[];
  /** Directories to be copied from a layer with all that is in them. */
  readonly copyTrees: readonly (readonly [layer: string, path: string])[];
  /** Directories that stand, and the metadata to give back to them when all else is done. */
  readonly directories: readonly (readonly [path: string, entry: TreeEntry])[];
}

/**
 * Plans how a file system comes back from `now` to `before`, or answers undefined where that is not certain: when
 * something was changed of which no copy is left, because it is in no layer.
 *
 * @param layers the directories below the upper one, the uppermost first; none for a file system in memory.
 * @param leave what is not brought back.
 */
export async function planRestore(
  before: Tree,
  now: Tree,
  layers: readonly string[],
  leave: (path: string) => boolean,
): Promise<RestorePlan | undefined> {
  const remove = new Set<string>();
  const copy = new Map<string, string>();
  const copyTrees = new Map<string, string>();
  const directories = new Map<string, TreeEntry>();

  /** False when it is not certain how. */
  async function plan(path: string): Promise<boolean> {
    const old = known(before.get(path));
    const standing = known(now.get(path)) ?? now.get(path);
    const isThere = standing !== undefined && standing.type !== 'w';
    const isDirectory = standing?.type === 'd' || standing?.type === 'u';
    const lower = old?.type === 'w' ? undefined : await lowerEntry(layers, path);
    if (old !== undefined && old.type !== 'w') {
      if (old.type === 'd' && isDirectory) {
        directories.set(path, old);
        return true;
      }
      if (lower === undefined || !isSame(old, lower.entry)) return false;
    }
    if (lower === undefined) {
      if (isThere) remove.add(path);
      return true;
    }
    if (lower.entry.type !== 'd') {
      if (isThere) remove.add(path);
      copy.set(path, lower.layer);
      return true;
    }
    if (isDirectory) {
      directories.set(path, lower.entry);
      return true;
    }
    if (isThere) remove.add(path);
    copyTrees.set(path, lower.layer);
    // The layers together make the directory: of one alone it would be incomplete.
    const others = layers.filter((layer) => layer !== lower.layer);
    return (await lowerEntry(others, path)) === undefined;
  }

  const changed = changedPaths(before, now).filter((path) => !leave(path));
  for (const path of changed) if (!(await plan(path))) return undefined;
  // What is removed and copied changes the times of the directory that it is in.
  for (const path of [...remove, ...copy.keys(), ...copyTrees.keys()]) {
    const parent = parentOf(path);
    const planned = [remove, copy, copyTrees, directories].some((list) => list.has(parent));
    if (path !== '' && !planned && !leave(parent) && !(await plan(parent))) return undefined;
  }
  const within = (path: string, list: { has(path: string): boolean }): boolean => {
    for (let above = path; above !== ''; ) {
      above = parentOf(above);
      if (list.has(above)) return true;
    }
    return false;
  };
  const pairs = (list: ReadonlyMap<string, string>): (readonly [string, string])[] =>
    [...list].filter(([path]) => !within(path, copyTrees)).map(([path, layer]) => [layer, path]);
  return {
    remove: [...remove].filter((path) => !within(path, remove)),
    copy: pairs(copy),
    copyTrees: pairs(copyTrees),
    directories: [...directories],
  };
}

/**
 * Whether a file system is again what it was, by type, mode, owner, size and modification time of everything. Content
 * is not compared: what differed was copied anew.
 */
export async function isRestored(
  before: Tree,
  now: Tree,
  layers: readonly string[],
  leave: (path: string) => boolean,
): Promise<boolean> {
  for (const path of changedPaths(before, now)) {
    if (leave(path)) continue;
    const old = known(before.get(path));
    const wanted = old ?? (await lowerEntry(layers, path))?.entry;
    const found = now.get(path);
    const isThere = found !== undefined && found.type !== 'w';
    if (wanted === undefined || wanted.type === 'w' ? isThere : found !== undefined && !isSame(wanted, found))
      return false;
    if (old !== undefined && old.type !== 'w' && found === undefined) return false;
  }
  return true;
}

/** An entry that says something of its own; a mere copy says no more than the layer below. */
function known(entry: TreeEntry | undefined): TreeEntry | undefined {
  return entry?.type === 'u' ? undefined : entry;
}

function isSame(one: TreeEntry, other: TreeEntry): boolean {
  const type = (entry: TreeEntry): string => (entry.type === 'u' ? 'd' : entry.type);
  const fields = ['mode', 'uid', 'gid', 'mtime'] as const;
  if (type(one) !== type(other) || !fields.every((name) => one[name] === other[name])) return false;
  return type(one) === 'd' || one.size === other.size;
}
