import {
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import { createScale } from './alias-weight.ts';
import { flowEnd } from './flow-end.ts';
import { mergeEntries } from './merge.ts';
import { type AliasNode, type MappingEntry, type Node, resolved, type ScalarNode } from './node.ts';
import { numberProblem } from './number-problem.ts';
import { plainValue, taggedValue } from './scalar.ts';
import type { TagReader } from './tags.ts';

/** Nodes that aliases may add to a document: far above honest use, far below what would exhaust memory. */
const MAX_ALIASED_NODES = 100_000;

/** Half of a character beyond U+FFFF. */
const HALF = /\p{Cs}/u;

/** Something wrong in the tree, by offsets. */
export interface ComposeProblem {
  readonly code: string;
  readonly message: string;
  readonly severity?: 'warning';
  readonly hint?: string;
  readonly start: number;
  readonly end: number;
  readonly related?: { readonly message: string; readonly start: number; readonly end: number };
}

export interface Composed {
  /** Missing when the document is empty. */
  readonly root?: Node;
  readonly problems: readonly ComposeProblem[];
}

/** Thrown inside this module only: the tree cannot be built any further. */
class Refused extends Error {}

/**
 * Builds the tree of the only document in `events`, telling everything wrong with it at once. Own code instead of
 * the library's constructor because that one keeps no positions, stops at the first problem, and gives mappings a
 * prototype.
 */
export function compose(text: string, events: readonly Event[], readTag?: TagReader): Composed {
  const problems: ComposeProblem[] = [];
  const anchors = new Map<string, Node | 'open'>();
  const weigh = createScale();
  const halves = HALF.test(text);
  let next = 1;
  let aliased = 0;
  let lastEnd = 0;

  function report(problem: ComposeProblem): void {
    problems.push(problem);
  }

  /** Counts what an alias repeats; refuses the document when it is too much. */
  function spend(node: Node, start: number, end: number): void {
    aliased += weigh(resolved(node));
    if (aliased <= MAX_ALIASED_NODES) return;
    report({
      code: 'too-many-aliases',
      message: `aliases repeat more than ${MAX_ALIASED_NODES} values; the document is refused`,
      start,
      end,
    });
    throw new Refused();
  }

  function compose(): Node {
    const event = events[next++]!;
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return event.anchorStart < 0 ? scalar(event) : anchored(event, () => scalar(event));
      case EVENT_ID.SEQUENCE:
        return event.anchorStart < 0 ? sequence(event) : anchored(event, () => sequence(event));
      case EVENT_ID.MAPPING:
        return event.anchorStart < 0 ? mapping(event) : anchored(event, () => mapping(event));
      case EVENT_ID.ALIAS:
        return alias(event.anchorStart, event.anchorEnd);
      default:
        throw new Error(`unexpected YAML event ${event.type}`);
    }
  }

  function anchored(event: ScalarEvent | SequenceEvent | MappingEvent, build: () => Node): Node {
    const name = text.slice(event.anchorStart, event.anchorEnd);
    anchors.set(name, 'open');
    const node = build();
    anchors.set(name, node);
    return node;
  }

  function alias(anchorStart: number, anchorEnd: number): Node {
    const name = text.slice(anchorStart, anchorEnd);
    const place = { start: anchorStart - 1, end: anchorEnd };
    lastEnd = anchorEnd;
    const target = anchors.get(name);
    if (target === undefined) {
      const message = `no anchor &${name} before this alias`;
      const hint = `text that begins with * needs quotes: "*${name}"`;
      report({ code: 'unknown-alias', message, hint, ...place });
      return nothing(place.start, place.end);
    }
    if (target === 'open') {
      report({
        code: 'recursive-alias',
        message: `the alias *${name} stands inside its own anchor`,
        ...place,
      });
      return nothing(place.start, place.end);
    }
    spend(target, place.start, place.end);
    const node: AliasNode = { kind: 'alias', target: resolved(target), value: target.value, ...place };
    return node;
  }

  function nothing(start: number, end: number): ScalarNode {
    return { kind: 'scalar', value: null, plain: true, start, end, contentStart: start, contentEnd: end };
  }

  function scalar(event: ScalarEvent): ScalarNode {
    if (event.valueStart < 0) return absent(event);
    const { valueStart: contentStart, valueEnd: contentEnd } = event;
    const written = getScalarValue(text, event);
    const plain = event.style === SCALAR_STYLE.PLAIN;
    let start = contentStart;
    let end = contentEnd;
    if (isQuoted(event)) {
      start--;
      end++;
    } else if (!plain) {
      // Of a block scalar, what is written, without the blanks around it.
      while (end > start && /\s/.test(text[end - 1]!)) end--;
      while (start < end && /\s/.test(text[start]!)) start++;
    }
    lastEnd = end;
    // Only an escape can bring half of a character into a text that holds none.
    const half = halves || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? written.search(HALF) : -1;
    if (half >= 0) {
      report({
        code: 'half-character',
        message: `\\u${written.charCodeAt(half).toString(16)} is half of a character, which no file and no host can hold`,
        hint: 'write the character itself, or both halves: "\\ud83d\\ude00"',
        start,
        end,
      });
    }
    const value =
      event.tagStart >= 0 ? tagged(written, event) : plain ? untagged(written, start, end) : written;
    return { kind: 'scalar', value, plain, start, end, contentStart, contentEnd };
  }

  /** `key:` and nothing behind it. */
  function absent(event: ScalarEvent): ScalarNode {
    const at = event.tagEnd >= 0 ? event.tagEnd : event.anchorEnd >= 0 ? event.anchorEnd : lastEnd;
    const node = nothing(at, at);
    return event.tagStart >= 0 ? { ...node, value: tagged('', event) } : node;
  }

  function untagged(written: string, start: number, end: number): unknown {
    const value = plainValue(written);
    const problem = typeof value === 'number' ? numberProblem(written, value) : undefined;
    if (problem) report({ ...problem, start, end });
    return value;
  }

  function tagged(written: string, { tagStart: start, tagEnd: end }: ScalarEvent): unknown {
    const tag = text.slice(start, end);
    const result = taggedValue(written, tag);
    if (result.ok) return result.value;
    if (result.reason !== 'does-not-fit') return ownTag(written, start, end);
    const message = `this text does not fit its tag ${tag}`;
    report({ code: 'tag-mismatch', message, start, end });
    return null;
  }

  /** A tag that YAML itself does not know. */
  function ownTag(written: unknown, start: number, end: number): unknown {
    const tag = text.slice(start, end);
    const read = readTag?.(tag, written, text.slice(0, start).split('\n').length);
    if (read?.ok === true) return read.value;
    const { message, hint } = read ?? { message: `the YAML tag ${tag} is not known here` };
    const code = read === undefined ? 'unknown-tag' : 'bad-tag';
    report({ code, message, ...(hint === undefined ? {} : { hint }), start, end });
    return null;
  }

  /** The value of a list or mapping, with what its tag makes of it. */
  function collection<Value>(value: Value, event: SequenceEvent | MappingEvent, known: string): Value {
    if (event.tagStart < 0) return value;
    const tag = text.slice(event.tagStart, event.tagEnd);
    if (tag === known || tag === '!') return value;
    // What a tag makes of it is for those who know the tag, whatever its type.
    return ownTag(value, event.tagStart, event.tagEnd) as Value;
  }

  function sequence(event: SequenceEvent): Node {
    lastEnd = event.start + 1;
    const items: Node[] = [];
    while (events[next]!.type !== EVENT_ID.POP) items.push(compose());
    next++;
    const end = collectionEnd(event, '[', ']');
    const value = collection(
      items.map((item) => item.value),
      event,
      '!!seq',
    );
    return { kind: 'sequence', items, value, start: event.start, end };
  }

  function mapping(event: MappingEvent): Node {
    const flow = event.style === COLLECTION_STYLE.FLOW;
    lastEnd = flow ? event.start + 1 : event.start;
    const entries = new Map<string, MappingEntry>();
    const merges: Node[] = [];
    while (events[next]!.type !== EVENT_ID.POP) {
      const key = compose();
      if (isAbsent(events[next]!)) lastEnd = behindColon(text, lastEnd);
      const value = compose();
      if (isMergeKey(key, text)) merges.push(value);
      else addEntry(entries, key, value);
    }
    next++;
    for (const merge of merges) mergeEntries(entries, merge, report, spend);
    const end = collectionEnd(event, '{', '}');
    const value: Record<string, unknown> = Object.create(null);
    entries.forEach((entry, name) => {
      value[name] = entry.value.value;
    });
    return { kind: 'mapping', entries, value: collection(value, event, '!!map'), start: event.start, end };
  }

  function addEntry(entries: Map<string, MappingEntry>, keyNode: Node, value: Node): void {
    const key = resolved(keyNode);
    if (key.kind !== 'scalar' || (key.plain && key.start === key.end)) {
      report(badKey(key, keyNode.start, keyNode.end, text));
      return;
    }
    const name = key.plain ? text.slice(key.contentStart, key.contentEnd) : String(key.value);
    const first = entries.get(name);
    if (!first) {
      entries.set(name, { key, value });
      return;
    }
    const { start, end } = keyNode;
    const related = { message: 'first written here', start: first.key.start, end: first.key.end };
    report({ code: 'duplicate-key', message: `the key \`${name}\` is written twice`, related, start, end });
  }

  function collectionEnd(event: SequenceEvent | MappingEvent, open: string, close: string): number {
    if (event.style === COLLECTION_STYLE.FLOW && text[event.start] === open)
      lastEnd = flowEnd(text, lastEnd, close);
    return Math.max(lastEnd, event.start);
  }

  if (events.length < 3) return { problems };
  try {
    return { root: compose(), problems };
  } catch (error) {
    if (error instanceof Refused) return { problems };
    throw error;
  }
}

function isAbsent(event: Event): boolean {
  return event.type === EVENT_ID.SCALAR && event.valueStart < 0;
}

/** An absent value stands behind the colon of its key. */
function behindColon(text: string, from: number): number {
  const colon = /\s*:/y;
  colon.lastIndex = from;
  return colon.test(text) ? colon.lastIndex : from;
}

function isQuoted(event: ScalarEvent): boolean {
  return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
}

function isMergeKey(key: Node, text: string): boolean {
  return key.kind === 'scalar' && key.plain && key.end - key.start === 2 && text.startsWith('<<', key.start);
}

function badKey(key: Node, start: number, end: number, text: string): ComposeProblem {
  if (key.kind === 'scalar')
    return { code: 'key-missing', message: 'the key before this colon is missing', start, end };
  if (key.kind !== 'mapping' || text[key.start] !== '{')
    return { code: 'key-not-text', message: 'a key must be plain text', start, end };
  if (text[start - 1] !== '{')
    return { code: 'key-not-text', message: 'a mapping cannot be the key of a mapping', start, end };
  const hint = `put the whole text in quotes: "{${text.slice(start, end)}}"`;
  return {
    code: 'needs-quotes',
    message: 'text that begins with {{ needs quotes',
    hint,
    start: start - 1,
    end,
  };
}
