import type { Range, SourceText } from './diagnostic.ts';
import { createLineIndex } from './line-index.ts';
import { type MappingEntry, type Node, resolved } from './node.ts';

/** The way to a value inside a document: mapping keys and list indexes from the root. */
export type Path = readonly (string | number)[];

/** A parsed file: its value as plain data, and where each part of it stands. */
export interface SourceDocument extends SourceText {
  /** Plain data. Mappings have no prototype, so that no key is special. */
  readonly value: unknown;
  /** Where the value (or its key) stands. A path that is not there gives its nearest existing parent. */
  locate(path: Path, what?: 'key' | 'value'): Range;
  /** Where characters `start` to `end` of the text at `path` stand; the whole value when they cannot be told apart. */
  locateWithin(path: Path, start: number, end: number): Range;
  /** The scalar as written, without its quotes and with nothing resolved: `0644` stays `0644`. Else undefined. */
  scalarText(path: Path): string | undefined;
}

/** The part of a document's value at a path; undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const segment of path) value = (value as Record<string | number, unknown> | undefined)?.[segment];
  return value;
}

interface Found {
  readonly node: Node | undefined;
  readonly entry: MappingEntry | undefined;
  /** The whole path exists. */
  readonly complete: boolean;
}

export function createSourceDocument(
  file: string,
  text: string,
  root: Node | undefined,
  secret = false,
): SourceDocument {
  const lines = createLineIndex(text);

  function find(path: Path): Found {
    let node = root;
    let entry: MappingEntry | undefined;
    for (const segment of path) {
      const parent = node && resolved(node);
      if (parent?.kind === 'mapping') {
        const found = parent.entries.get(String(segment));
        if (!found) return { node, entry, complete: false };
        entry = found;
        node = found.value;
      } else if (parent?.kind === 'sequence') {
        const item = parent.items[Number(segment)];
        if (!item) return { node, entry, complete: false };
        entry = undefined;
        node = item;
      } else return { node, entry, complete: false };
    }
    return { node, entry, complete: true };
  }

  function scalarAt(path: Path) {
    const { node, complete } = find(path);
    const target = node && resolved(node);
    return complete && target?.kind === 'scalar' ? target : undefined;
  }

  function locate(path: Path, what: 'key' | 'value' = 'value'): Range {
    const { node, entry, complete } = find(path);
    // What is missing from a mapping is shown at the mapping's own key: its value may be long.
    const place = (what === 'key' || !complete) && entry ? entry.key : node;
    return place ? lines.range(place.start, place.end) : lines.range(0, 0);
  }

  function locateWithin(path: Path, from: number, to: number): Range {
    const scalar = scalarAt(path);
    if (!scalar || typeof scalar.value !== 'string') return locate(path);
    const start = Math.min(from, scalar.value.length);
    const end = Math.min(to, scalar.value.length);
    // A point is the end of the character before it.
    if (start === end && start > 0) {
      const before = locateWithin(path, start - 1, end);
      return { start: before.end, end: before.end };
    }
    const raw = text.slice(scalar.contentStart, scalar.contentEnd);
    const found = raw === scalar.value ? { start, end } : findPart(raw, scalar.value, start, end);
    if (!found) return locate(path);
    return lines.range(scalar.contentStart + found.start, scalar.contentStart + found.end);
  }

  function scalarText(path: Path): string | undefined {
    const scalar = scalarAt(path);
    return scalar && text.slice(scalar.contentStart, scalar.contentEnd);
  }

  const value = root?.value ?? null;
  return { file, text, ...(secret ? { secret } : {}), value, locate, locateWithin, scalarText };
}

/**
 * Escapes, folding and indentation shift offsets, so a part of a value is found again in what was written by counting
 * its equals before it. A blank may have been a line break.
 */
function findPart(raw: string, value: string, start: number, end: number) {
  const part = value.slice(start, end);
  if (part.trim() === '') return undefined;
  const words = part.trim().split(/\s+/);
  const pattern = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('\\s+');
  const before = [...value.slice(0, end).matchAll(new RegExp(pattern, 'gu'))].length - 1;
  const match = [...raw.matchAll(new RegExp(pattern, 'gu'))][before];
  return match && { start: match.index, end: match.index + match[0].length };
}
