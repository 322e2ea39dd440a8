import { diffLibrary } from '../documents/diff-library.ts';
import type { Change, ChangedText, TextDifference } from '../engine/change.ts';
import type { Json } from '../engine/json.ts';

/** Above this a text is told by its size: nobody reads such a diff, and making it may take minutes. */
const LIMIT = 256 * 1024;
/** Milliseconds for one comparison. */
const PATIENCE = 2_000;

/** Many hosts have the same change, and comparing takes time. By the two sides, where their hashes are known. */
const measured = new Map<string, TextDifference>();
const MOST_KEPT = 1_000;

/** What a diff of a change's text says, in numbers; undefined when the change is of no text. */
export function differenceOf({ text, told, action, before, after }: Change): TextDifference | undefined {
  if (text === undefined) return told?.difference;
  if (!isHash(before) || !isHash(after)) return measureText(text, action !== 'create');
  const key = `${before} ${after} ${text.before === undefined}`;
  let known = measured.get(key);
  if (known === undefined) {
    known = measureText(text, action !== 'create');
    if (measured.size >= MOST_KEPT) measured.clear();
    measured.set(key, known);
  }
  return known;
}

function isHash(value: Json | undefined): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** A unified diff of a change's text; undefined when there is none to show (`differenceOf` says why). */
export function diffOf({ text, told, action, target }: Change): readonly string[] | undefined {
  return text === undefined ? told?.diff : unifiedDiff(target, text, action !== 'create');
}

/** What a diff of the two sides would say, in numbers. A missing side is an empty text. */
export function measureText(text: ChangedText, beforeExists: boolean): TextDifference {
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
  | Extract<TextDifference, { kind: 'opaque' }>;

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
): Extract<TextDifference, { kind: 'opaque' }> {
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
