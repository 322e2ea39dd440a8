import type { ChangedText } from '../engine/change.ts';
import { diffLibrary } from './diff-library.ts';

/** Above this a text is told by its size: nobody reads such a diff, and making it may take minutes. */
const LIMIT = 256 * 1024;
/** Milliseconds for one comparison. */
const PATIENCE = 2_000;

export type TextChange =
  | { readonly kind: 'lines'; readonly added: number; readonly removed: number }
  /** Not text, or too large, or the old side was not brought here. */
  | {
      readonly kind: 'opaque';
      readonly reason: 'binary' | 'large' | 'unseen';
      readonly before?: number;
      readonly after?: number;
    };

/** What a diff of the two sides would say, in numbers. A missing side is an empty text. */
export function measureText(text: ChangedText, beforeExists: boolean): TextChange {
  const sides = readSides(text, beforeExists);
  if (sides.kind === 'opaque') return sides;
  const parts = diffLibrary().diffLines(sides.before, sides.after, { timeout: PATIENCE });
  if (parts === undefined) return opaque('large', text);
  const sum = (which: 'added' | 'removed'): number =>
    parts.reduce((total, part) => total + (part[which] ? part.count : 0), 0);
  return { kind: 'lines', added: sum('added'), removed: sum('removed') };
}

/**
 * A unified diff, as `diff -u` and Git write it, line by line; undefined when there is none to show
 * (`measureText` says why).
 */
export function unifiedDiff(
  path: string,
  text: ChangedText,
  beforeExists: boolean,
): readonly string[] | undefined {
  const sides = readSides(text, beforeExists);
  if (sides.kind === 'opaque') return undefined;
  const from = beforeExists ? `a${path}` : '/dev/null';
  const to = text.after === undefined ? '/dev/null' : `b${path}`;
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = diffLibrary();
  const patch = createTwoFilesPatch(from, to, sides.before, sides.after, undefined, undefined, {
    context: 3,
    timeout: PATIENCE,
    headerOptions: FILE_HEADERS_ONLY,
  });
  return patch === undefined ? undefined : patch.replace(/\n$/, '').split('\n');
}

type Sides =
  | { readonly kind: 'sides'; readonly before: string; readonly after: string }
  | Extract<TextChange, { kind: 'opaque' }>;

function readSides(text: ChangedText, beforeExists: boolean): Sides {
  if (beforeExists && text.before === undefined) return opaque('unseen', text);
  const before = text.before ?? new Uint8Array();
  const after = text.after ?? new Uint8Array();
  if (isBinary(before) || isBinary(after)) return opaque('binary', text);
  if (before.length > LIMIT || after.length > LIMIT) return opaque('large', text);
  const decoded = { before: decode(before), after: decode(after) };
  // They differ only in bytes that are no UTF-8: a diff would show nothing.
  if (decoded.before === decoded.after && text.before !== undefined) return opaque('binary', text);
  return { kind: 'sides', ...decoded };
}

function opaque(
  reason: 'binary' | 'large' | 'unseen',
  { before, after }: ChangedText,
): Extract<TextChange, { kind: 'opaque' }> {
  return {
    kind: 'opaque',
    reason,
    ...(before === undefined ? {} : { before: before.length }),
    ...(after === undefined ? {} : { after: after.length }),
  };
}

/** As Git does: a NUL byte near the beginning. */
function isBinary(content: Uint8Array): boolean {
  return content.subarray(0, 8_000).includes(0);
}

function decode(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8');
}
