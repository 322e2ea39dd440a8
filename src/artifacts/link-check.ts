import { type ByteString, displayName } from './archive-entry.ts';
import type { ArchiveTree } from './archive-tree.ts';

/** The kernel's own limit (path_resolution(7)). */
const MAX_LINKS = 40;

/**
 * Why a link of a tree leads out of it, or undefined when it does not. Links on the way are followed as the kernel
 * follows them: `a/../b` is not `b` when `a` is a link.
 */
export function linkProblem(tree: ArchiveTree, path: ByteString): string | undefined {
  const target = tree.get(path)?.target ?? '';
  const leads = `is a link that leads out of the tree, to ${displayName(target)}`;
  let at: string[] = path.split('/').slice(0, -1);
  const todo = target.split('/');
  if (target.startsWith('/')) return leads;
  for (let links = 0; todo.length > 0; ) {
    const part = todo.shift() as string;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.length === 0) return leads;
      at.pop();
      continue;
    }
    const next = [...at, part];
    const entry = tree.get(next.join('/'));
    if (entry?.type !== 'link') {
      at = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) return undefined;
    if (entry.target?.startsWith('/') === true) return leads;
    todo.unshift(...(entry.target ?? '').split('/'));
  }
  return undefined;
}
