import { basename } from 'node:path';
import { type ByteString, displayName } from '../../artifacts/archive-entry.ts';
import type { TreeDiff, TreeDifference } from '../../artifacts/tree-diff.ts';
import type { Change } from '../../engine/change.ts';
import type { Json } from '../../engine/json.ts';
import type { Archive } from '../../looks/archive.ts';

/** More named paths than this help nobody; the counts are complete in any case. */
const NAMED = 50;

/** The one change of a tree that is not there yet. */
export function creation(dest: string, archive: Archive, owner: string, group: string): Change {
  const { path, sha256, files, bytes } = archive;
  const after = { archive: basename(path), sha256, files, size: bytes, owner, group };
  return { resource: 'tree', target: dest, action: 'create', after };
}

/** How a tree differs from its archive: the counts first, then the paths by name. */
export function treeChanges(dest: string, archive: Archive, diff: TreeDiff): readonly Change[] {
  const { missing, extra, changed } = diff.counts;
  const parts = [
    ...(missing > 0 ? [`${missing} missing`] : []),
    ...(extra > 0 ? [`${extra} not in it`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
  ];
  const named = diff.differences.flatMap((difference) => changesOf(dest, difference));
  const rest = named.length > NAMED ? `; the first ${NAMED} follow` : '';
  const summary: Change = {
    resource: 'tree',
    target: dest,
    action: 'update',
    attribute: 'entries',
    before: `${parts.join(', ')}${rest}`,
    after: `as in ${basename(archive.path)}`,
  };
  return [summary, ...named.slice(0, NAMED)];
}

/** One difference in a few words, for messages. */
export function describeDifference({ kind, path, ...rest }: TreeDifference): string {
  if (kind !== 'changed') return `${displayName(path)} is ${kind}`;
  const attributes = 'attributes' in rest ? rest.attributes : [];
  return `${displayName(path)} has another ${attributes.map(({ attribute }) => attribute).join(' and ')}`;
}

function changesOf(dest: string, difference: TreeDifference): readonly Change[] {
  const target = targetOf(dest, difference.path);
  if (difference.kind === 'missing') {
    const { type, mode, size, target: link } = difference.entry;
    const below: Record<string, Json> = difference.below > 0 ? { below: difference.below } : {};
    const after: Json =
      type === 'link'
        ? displayName(link ?? '')
        : { mode: mode.toString(8).padStart(4, '0'), ...(type === 'file' ? { size } : below) };
    return [{ resource: type, target, action: 'create', after }];
  }
  if (difference.kind === 'extra') {
    const { type, size, target: link } = difference.entry;
    const before: Json =
      type === 'link'
        ? `link to ${displayName(link ?? '')}`
        : difference.below > 0
          ? `directory with ${difference.below} below it`
          : type === 'file'
            ? `file of ${size} ${size === 1 ? 'byte' : 'bytes'}`
            : type;
    return [{ resource: type === 'other' ? 'file' : type, target, action: 'delete', before }];
  }
  return difference.attributes.map(({ attribute, before, after }) => ({
    resource: difference.entry.type,
    target,
    action: 'update',
    attribute,
    before: readable(before),
    after: readable(after),
  }));
}

function readable(value: string | number): string | number {
  return typeof value === 'string' ? displayName(value) : value;
}

function targetOf(dest: string, path: ByteString): string {
  return path === '.' ? dest : `${dest}/${displayName(path)}`;
}
