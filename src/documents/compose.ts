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
import { flowEnd } from './flow-end.ts';
import { mergeEntries } from './merge.ts';
import { type AliasNode, type MappingEntry, type Node, resolved, type ScalarNode } from './node.ts';
import { plainValue, taggedValue } from './scalar.ts';

/** Nodes that aliases may add to a document: far above honest use, far below what would exhaust memory. */
const MAX_ALIASED_NODES = 100_000;

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
export function compose(text: string, events: readonly Event[]): Composed {
  const problems: ComposeProblem[] = [];
  const anchors = new Map<string, Node | 'open'>();
  const weights = new WeakMap<Node, number>();
  let next = 1;
  let aliased = 0;
  let lastEnd = 0;

  function report(problem: ComposeProblem): void {
    problems.push(problem);
  }

  function weigh<T extends Node>(node: T, parts: readonly Node[]): T {
    weights.set(
      node,
      parts.reduce((sum, part) => sum + (weights.get(resolved(part)) ?? 1), 1),
    );
    return node;
  }

  /** Counts what an alias repeats; refuses the document when it is too much. */
  function spend(node: Node, start: number, end: number): void {
    aliased += weights.get(resolved(node)) ?? 1;
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
        return anchored(event, () => scalar(event));
      case EVENT_ID.SEQUENCE:
        return anchored(event, () => sequence(event));
      case EVENT_ID.MAPPING:
        return anchored(event, () => mapping(event));
      case EVENT_ID.ALIAS:
        return alias(event.anchorStart, event.anchorEnd);
      default:
        throw new Error(`unexpected YAML event ${event.type}`);
    }
  }

  function anchored(event: ScalarEvent | SequenceEvent | MappingEvent, build: () => Node): Node {
    if (event.anchorStart < 0) return build();
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
    const node = { kind: 'scalar' as const, plain: isPlain(event), ...scalarPlace(event) };
    const value = getScalarValue(text, event);
    if (event.tagStart >= 0) return { ...node, value: tagged(value, event.tagStart, event.tagEnd) };
    if (!node.plain) return { ...node, value };
    return { ...node, value: plain(value, node.start, node.end) };
  }

  function scalarPlace(event: ScalarEvent) {
    if (event.valueStart < 0) {
      const at = event.tagEnd >= 0 ? event.tagEnd : event.anchorEnd >= 0 ? event.anchorEnd : lastEnd;
      return { start: at, end: at, contentStart: at, contentEnd: at };
    }
    let { valueStart: start, valueEnd: end } = event;
    const content = { contentStart: start, contentEnd: end };
    if (isQuoted(event)) {
      start--;
      end++;
    } else {
      while (end > start && /\s/.test(text[end - 1]!)) end--;
      while (start < end && /\s/.test(text[start]!)) start++;
    }
    lastEnd = end;
    return { start, end, ...content };
  }

  function plain(value: string, start: number, end: number): unknown {
    const typed = plainValue(value);
    if (typeof typed !== 'number') return typed;
    const place = { start, end };
    if (!Number.isFinite(typed)) {
      const message = `${value} is not a number that can be used here`;
      report({ code: 'not-a-finite-number', message, hint: `for the text, write "${value}"`, ...place });
    } else if (Number.isInteger(typed) && !Number.isSafeInteger(typed)) {
      const message = `the number ${value} is too large to be exact`;
      report({ code: 'inexact-number', message, hint: `write it as text: "${value}"`, ...place });
    } else if (/^[+-]?0[0-9]/.test(value) && !value.includes('.')) {
      const message = `${value} is the decimal number ${typed} in YAML 1.2, not an octal one`;
      const hint = `for a file mode or other digits, write it as text: "${value}"`;
      report({ severity: 'warning', code: 'leading-zero', message, hint, ...place });
    }
    return typed;
  }

  function tagged(value: string, start: number, end: number): unknown {
    const tag = text.slice(start, end);
    const result = taggedValue(value, tag);
    if (result.ok) return result.value;
    if (result.reason === 'does-not-fit') {
      const message = `this text does not fit its tag ${tag}`;
      report({ code: 'tag-mismatch', message, start, end });
    } else unknownTag(start, end);
    return null;
  }

  function unknownTag(start: number, end: number): void {
    const tag = text.slice(start, end);
    if (tag === '!vault' || tag === '!vault-encrypted') {
      const message = 'Ansible Vault values are not supported here yet';
      report({ code: 'ansible-vault', message, start, end });
    } else report({ code: 'unknown-tag', message: `the YAML tag ${tag} is not known here`, start, end });
  }

  function collectionTag(event: SequenceEvent | MappingEvent, known: string): void {
    if (event.tagStart < 0) return;
    const tag = text.slice(event.tagStart, event.tagEnd);
    if (tag !== known && tag !== '!') unknownTag(event.tagStart, event.tagEnd);
  }

  function sequence(event: SequenceEvent): Node {
    collectionTag(event, '!!seq');
    lastEnd = event.start + 1;
    const items: Node[] = [];
    while (events[next]!.type !== EVENT_ID.POP) items.push(compose());
    next++;
    const end = collectionEnd(event, '[', ']');
    const value = items.map((item) => item.value);
    return weigh({ kind: 'sequence', items, value, start: event.start, end }, items);
  }

  function mapping(event: MappingEvent): Node {
    collectionTag(event, '!!map');
    const flow = event.style === COLLECTION_STYLE.FLOW;
    lastEnd = flow ? event.start + 1 : event.start;
    const entries = new Map<string, MappingEntry>();
    const merges: Node[] = [];
    while (events[next]!.type !== EVENT_ID.POP) {
      const key = compose();
      // An absent value stands behind the colon.
      const colon = /^\s*:/.exec(text.slice(lastEnd, lastEnd + 80));
      if (colon) lastEnd += colon[0].length;
      const value = compose();
      if (isMergeKey(key, text)) merges.push(value);
      else addEntry(entries, key, value);
    }
    next++;
    for (const merge of merges) mergeEntries(entries, merge, report, spend);
    const end = collectionEnd(event, '{', '}');
    const value: Record<string, unknown> = Object.create(null);
    for (const [name, entry] of entries) value[name] = entry.value.value;
    const parts = [...entries.values()].map((entry) => entry.value);
    return weigh({ kind: 'mapping', entries, value, start: event.start, end }, parts);
  }

  function addEntry(entries: Map<string, MappingEntry>, keyNode: Node, value: Node): void {
    const key = resolved(keyNode);
    const place = { start: keyNode.start, end: keyNode.end };
    if (key.kind !== 'scalar') {
      const braces = key.kind === 'mapping' && text[key.start] === '{';
      const message = braces ? 'a mapping cannot be the key of a mapping' : 'a key must be plain text';
      const hint = 'text that begins with {{ needs quotes: "{{ … }}"';
      report({ code: 'key-not-text', message, ...(braces ? { hint } : {}), ...place });
      return;
    }
    if (key.start === key.end && key.plain) {
      report({ code: 'key-missing', message: 'the key before this colon is missing', ...place });
      return;
    }
    const name = key.plain ? text.slice(key.contentStart, key.contentEnd).trim() : String(key.value);
    const first = entries.get(name);
    if (!first) {
      entries.set(name, { key, value });
      return;
    }
    const related = { message: 'first written here', start: first.key.start, end: first.key.end };
    report({ code: 'duplicate-key', message: `the key \`${name}\` is written twice`, related, ...place });
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

function isPlain(event: ScalarEvent): boolean {
  return event.style === SCALAR_STYLE.PLAIN;
}

function isQuoted(event: ScalarEvent): boolean {
  return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
}

function isMergeKey(key: Node, text: string): boolean {
  return key.kind === 'scalar' && key.plain && text.slice(key.contentStart, key.contentEnd) === '<<';
}
