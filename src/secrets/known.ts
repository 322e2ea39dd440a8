import { formsOf, SHORTEST } from './forms.ts';
import { MASK } from './mask.ts';
import { isPublicWord } from './public-words.ts';
import { isShortWord, ShortWords } from './short-words.ts';

const FILTER_SIZE = 1 << 16;

/** Forms that begin alike. Keys of one service do, and there may be one for each host. */
interface Forms {
  /** Longest first. */
  readonly lengths: number[];
  readonly texts: Set<string>;
}

/** A piece of a text, by offsets. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Lines of base64 or of hexadecimal digits. The last may be short. What stands before the first is looked at, so that a long
 * line is tried once and not from each of its characters on.
 */
const WRAPPED = /(?<![\w+/=-])[\w+/=-]{16,}(?:\r?\n[ \t]*[\w+/=-]+)+/g;

/**
 * The texts that are secret in this process, and the one way to take them out of other texts. It grows while a run goes
 * on; nothing is ever taken out. Searching takes the same time for one secret and for ten thousand.
 */
export class KnownSecrets {
  readonly #texts = new Set<string>();
  /** Every form of every secret, by its first characters. */
  readonly #forms = new Map<string, Forms>();
  /** Which beginnings occur, by a hash of them: says no to nearly everything at once. */
  readonly #filter = new Uint8Array(FILTER_SIZE);
  readonly #short = new ShortWords();

  /** How many there are; a text that was masked with fewer may hold one. */
  get size(): number {
    return this.#texts.size + this.#short.size;
  }

  /** A text of less than four characters is not looked for: it would be found everywhere. */
  add(text: string): void {
    if (text.length < SHORTEST || this.#texts.has(text) || /^[\s*]*$/.test(text)) return;
    if (isPublicWord(text)) return;
    this.#texts.add(text);
    for (const form of formsOf(text)) this.#addForm(form);
  }

  /** A secret as a whole, not what was made of one: a short one is looked for too, where it is a word of its own. */
  addWhole(text: string): void {
    this.add(text);
    if (!isShortWord(text) || this.#short.has(text)) return;
    this.#short.add(text);
    for (const form of formsOf(text)) if (form !== text) this.#addForm(form);
  }

  #addForm(form: string): void {
    const start = form.slice(0, SHORTEST);
    const known = this.#forms.get(start) ?? { lengths: [], texts: new Set() };
    this.#forms.set(start, known);
    known.texts.add(form);
    if (!known.lengths.includes(form.length)) {
      known.lengths.push(form.length);
      known.lengths.sort((a, b) => b - a);
    }
    this.#filter[hashAt(form, 0)] = 1;
  }

  /** The text with a mask for each secret in it; the very same text where there is none. */
  mask(text: string): string {
    if (this.size === 0) return text;
    const found = [...this.#spans(text), ...this.#spansOfWrapped(text)];
    if (found.length === 0) return text;
    let masked = '';
    let done = 0;
    // Secrets that overlap, or touch, have one mask: of neither a piece is left.
    for (const { start, end } of united(found)) {
      masked += text.slice(done, start) + MASK;
      done = end;
    }
    return masked + text.slice(done);
  }

  /** The text with every character of a secret blotted out: it stays as long as it is. */
  blot(text: string): string {
    if (this.size === 0) return text;
    let blotted = text;
    for (const { start, end } of this.#spans(text))
      blotted = blotted.slice(0, start) + '*'.repeat(end - start) + blotted.slice(end);
    return blotted;
  }

  #spans(text: string): readonly Span[] {
    const spans: Span[] = [];
    for (let start = 0; start < text.length; start += 1) {
      const length =
        this.#filter[hashAt(text, start)] === 1 ? this.#longestAt(text, start) : this.#short.at(text, start);
      if (length > 0) spans.push({ start, end: start + length });
    }
    return spans;
  }

  /** Of a long secret `base64` and the like make several lines. */
  #spansOfWrapped(text: string): readonly Span[] {
    if (!text.includes('\n')) return [];
    return [...text.matchAll(WRAPPED)].flatMap(({ 0: run, index }) => {
      const places = [...run.matchAll(/[^\s]/g)].map((character) => index + character.index);
      return this.#spans(run.replaceAll(/\s/g, '')).map(({ start, end }) => ({
        start: places[start] as number,
        end: (places[end - 1] as number) + 1,
      }));
    });
  }

  #longestAt(text: string, at: number): number {
    const forms = this.#forms.get(text.slice(at, at + SHORTEST));
    const found = forms?.lengths.find((length) => forms.texts.has(text.slice(at, at + length)));
    return found ?? this.#short.at(text, at);
  }
}

/** Of spans in any order: those that overlap or touch as one, in order. */
function united(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = all.at(-1);
    if (last === undefined || span.start > last.end) all.push(span);
    else if (span.end > last.end) all[all.length - 1] = { start: last.start, end: span.end };
  }
  return all;
}

function hashAt(text: string, at: number): number {
  let hash = 0;
  for (let next = at; next < at + SHORTEST; next += 1) hash = (hash * 131 + text.charCodeAt(next)) | 0;
  return hash & (FILTER_SIZE - 1);
}

/** Those of this process. Every `Secret` tells its text here, so that none is forgotten. */
export const knownSecrets = new KnownSecrets();
