import {
  CHOMPING_MODE,
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  SCALAR_STYLE,
  type ScalarStyle,
} from 'js-yaml';

/** Characters that this module leaves to the parser: tabs, carriage returns, byte order marks, half characters. */
const UNUSUAL = /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufffd]/;
// V8 notes each turn of a loop over several ways, and runs out of room after millions: those loops end before that.
/** Lines with nothing but a comment. */
const GAP = /(?: *(?:#[^\n]*)?\n){0,100}/y;
const MARKER = /--- *\n/y;
const INDENT = / */y;
/** Between a colon and its value. */
const BLANKS = / +/y;
/** The end of a line behind its last value. */
const END = / *(?: #[^\n]*)?(?:\n|$)/y;
const KEY = /[A-Za-z0-9_](?:[A-Za-z0-9_./[\]-]|:(?=\S)){0,1000}(?=:(?: |\n|$))/y;
const DASH = /- +(?=[^\n #])/y;
/** No pattern must follow this one: it never fails for the sake of what stands behind, and so never looks twice. */
const PLAIN = /(?:[^\s?:,[\]{}#&*!|>'"%@`-]|-(?=\S))(?:[^\n :]|:(?=\S)| +(?=[^\n #])){0,10000}/y;
const DOUBLE = /"[^"\\\n]*"/y;
const SINGLE = /'[^'\n]*'/y;
const EMPTY_LINES = /(?: *\n){0,100}/y;
const COMMENT = / *(?=#)/y;

/** Deeper ones are the parser's, which knows where to stop. */
const MAX_DEPTH = 20;

/**
 * The events that the library's `parseEvents` gives for a text, or undefined for most texts: this knows only mappings and
 * lists in blocks, with keys and values of one line each, without escapes, anchors and tags. Inventories of thousands of
 * hosts are of this kind, and it takes a quarter of the time. Whatever it is not sure of it leaves to the parser, errors
 * above all.
 */
export function plainEvents(text: string): readonly Event[] | undefined {
  const events: Event[] = [];
  /** Where the next line with something on it begins, and how far it is indented; -1 behind the last. */
  let line = 0;
  let indent = -1;

  /** Where a pattern ends that begins at `from`; -1 when it does not. */
  function take(pattern: RegExp, from: number): number {
    pattern.lastIndex = from;
    return pattern.test(text) ? pattern.lastIndex : -1;
  }

  /** Where lines end that a pattern takes some of. */
  function skip(pattern: RegExp, from: number): number {
    let at = from;
    for (let to = take(pattern, at); to > at; to = take(pattern, at)) at = to;
    return at;
  }

  function goTo(from: number): void {
    line = skip(GAP, from);
    indent = line === text.length ? -1 : take(INDENT, line) - line;
  }

  function scalarEvent(valueStart: number, valueEnd: number, style: ScalarStyle, fast: boolean): void {
    events.push({
      type: EVENT_ID.SCALAR,
      valueStart,
      valueEnd,
      anchorStart: -1,
      anchorEnd: -1,
      tagStart: -1,
      tagEnd: -1,
      style,
      chomping: CHOMPING_MODE.CLIP,
      indent: -1,
      fast,
    });
  }

  function collectionEvent(type: typeof EVENT_ID.MAPPING | typeof EVENT_ID.SEQUENCE, start: number): void {
    const style = COLLECTION_STYLE.BLOCK;
    events.push({ type, start, anchorStart: -1, anchorEnd: -1, tagStart: -1, tagEnd: -1, style });
  }

  // Each of these reads one node and goes to the next line; it gives false where the parser is to be asked.

  function mapping(column: number, first: number, depth: number): boolean {
    collectionEvent(EVENT_ID.MAPPING, first);
    for (let key = first; ; key = line + column) {
      const colon = take(KEY, key);
      if (colon < 0) return false;
      scalarEvent(key, colon, SCALAR_STYLE.PLAIN, true);
      if (!value(column, colon + 1, depth)) return false;
      if (indent !== column) break;
    }
    events.push({ type: EVENT_ID.POP });
    return indent < column;
  }

  function value(column: number, from: number, depth: number): boolean {
    const next = take(END, from);
    if (next < 0) return scalar(column, take(BLANKS, from));
    goTo(next);
    if (indent > column) return block(depth + 1);
    if (indent === column && isDash(line + indent)) return sequence(depth + 1);
    scalarEvent(-1, -1, SCALAR_STYLE.PLAIN, false);
    return true;
  }

  function block(depth: number): boolean {
    if (depth > MAX_DEPTH) return false;
    return isDash(line + indent) ? sequence(depth) : mapping(indent, line + indent, depth);
  }

  /** A list may stand in the column of its key: what follows it there belongs to the mapping. */
  function sequence(depth: number): boolean {
    const column = indent;
    collectionEvent(EVENT_ID.SEQUENCE, line + column);
    do {
      const item = take(DASH, line + column);
      if (item < 0) return false;
      const read = take(KEY, item) < 0 ? scalar(column, item) : mapping(item - line, item, depth + 1);
      if (!read) return false;
    } while (indent === column && isDash(line + column));
    events.push({ type: EVENT_ID.POP });
    return indent <= column;
  }

  function isDash(at: number): boolean {
    const after = text[at + 1];
    return text[at] === '-' && (after === ' ' || after === '\n' || after === undefined);
  }

  /** A value that ends on its line; one that goes on in the next is left to the parser. */
  function scalar(column: number, start: number): boolean {
    const style =
      text[start] === '"'
        ? SCALAR_STYLE.DOUBLE_QUOTED
        : text[start] === "'"
          ? SCALAR_STYLE.SINGLE_QUOTED
          : SCALAR_STYLE.PLAIN;
    const plain = style === SCALAR_STYLE.PLAIN;
    const end = take(plain ? PLAIN : style === SCALAR_STYLE.DOUBLE_QUOTED ? DOUBLE : SINGLE, start);
    const next = end < 0 ? -1 : take(END, end);
    if (next < 0) return false;
    if (plain) scalarEvent(start, end, style, true);
    else scalarEvent(start + 1, end - 1, style, true);
    goTo(next);
    if (indent > column) return false;
    // The parser takes a comment that is indented more for a sign that the value goes on.
    if (!plain || line === next) return true;
    const after = skip(EMPTY_LINES, next);
    return take(COMMENT, after) - after <= column;
  }

  if (UNUSUAL.test(text) || text.endsWith(' ')) return undefined;
  goTo(0);
  const marked = indent < 0 ? -1 : take(MARKER, line);
  if (marked >= 0) goTo(marked);
  const start = { explicitStart: marked >= 0, explicitEnd: false, directives: [] };
  events.push({ type: EVENT_ID.DOCUMENT, ...start });
  if (indent !== 0 || !block(1) || line < text.length) return undefined;
  events.push({ type: EVENT_ID.POP });
  return events;
}
