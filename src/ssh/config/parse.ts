import { isAbsolute, join } from 'node:path';
import type { Diagnostic, SourceText } from '../../documents/diagnostic.ts';
import { nearest } from '../../documents/suggest.ts';
import { matchesPatternList } from '../../patterns/wildcard.ts';
import { splitWords } from '../../shell/split-words.ts';
import type { Block } from './block.ts';
import { type Condition, readCriteria } from './conditions.ts';
import { globPaths } from './glob.ts';
import { ANNOUNCED, IGNORED } from './keywords.ts';
import { diagnosticPlace, type Place } from './place.ts';
import { readConfigText } from './read-file.ts';
import { USED } from './values.ts';
import { nextWord } from './words.ts';

/** How deep files may include one another (READCONF_MAX_DEPTH in OpenSSH's readconf.c). */
const MOST_DEPTH = 16;
/** How many files all in all: sixteen of which each includes the next one twice would be read 65,536 times. */
const MOST_FILES = 1000;

/** Whose file it is: includes are looked for beside it. */
export interface Owner {
  readonly kind: 'user' | 'system';
  readonly home: string;
}

/** Reads configuration files, one after the other, into one list of blocks. */
export class ConfigParser {
  readonly blocks: Block[] = [];
  readonly diagnostics: Diagnostic[] = [];
  #files = 0;
  #tooDeep = false;
  /** IgnoreUnknown's patterns: the first counts. */
  #ignored: readonly string[] | undefined;

  /** Reads the text of a file, with what it includes. */
  parse(source: SourceText, owner: Owner, within?: number, depth = 0): void {
    let current = this.#begin({ source, line: 1 }, undefined, within);
    for (const [index, raw] of source.text.split('\n').entries()) {
      const place = { source, line: index + 1 };
      const line = this.#words(raw, place);
      if (line === undefined) continue;
      const { keyword, text, words } = line;
      if (keyword === 'host' || keyword === 'match') {
        const condition = keyword === 'host' ? readHost(words) : readMatch(text);
        if (typeof condition === 'string') this.#wrong(place, condition);
        else current = this.#begin(place, condition, within);
      } else if (keyword === 'include') {
        this.#include(words, place, owner, current, depth);
        current = this.#begin(place, undefined, current);
      } else this.#setting(keyword, words, text, place, this.blocks[current]!);
    }
  }

  #begin(place: Place, condition: Condition | undefined, within: number | undefined): number {
    return this.blocks.push({ ...place, condition, within, settings: [], unused: [] }) - 1;
  }

  /** The parts of a line; undefined for a line without any, and for one that makes no sense. */
  #words(raw: string, place: Place) {
    const line = raw.replace(/[ \t\r\n\f]+$/, '');
    let first = nextWord(line);
    // The line is indented.
    if (first?.word === '' && first.rest !== undefined) first = nextWord(first.rest);
    if (first === undefined) return this.#wrong(place, 'a quote has no end');
    if (first.word === '' || first.word.startsWith('#')) return undefined;
    const text = (first.rest ?? '').replace(/^[ \t\r\n]+/, '');
    if (text === '') return this.#wrong(place, `${first.word}: its value is missing`);
    const words = splitWords(text);
    if (words === undefined) return this.#wrong(place, 'a quote has no end');
    return { keyword: first.word.toLowerCase(), text, words };
  }

  #setting(keyword: string, words: readonly string[], text: string, place: Place, block: Block): void {
    const used = USED.get(keyword);
    if (used !== undefined) {
      const [field, parse] = used;
      const parsed = parse(words, text);
      if (typeof parsed === 'string') this.#wrong(place, `${keyword}: ${parsed}`);
      else if (parsed.value !== undefined) block.settings.push({ ...place, field, value: parsed.value });
      return;
    }
    if (keyword === 'ignoreunknown') this.#ignored ??= words[0]?.toLowerCase().split(',');
    const announced = ANNOUNCED.get(keyword);
    const harmless = announced?.harmless?.includes(words[0]?.toLowerCase() ?? '') ?? false;
    if (announced !== undefined && !harmless) block.unused.push({ ...place, keyword, announced });
    if (announced !== undefined || IGNORED.has(keyword)) return;
    if (this.#ignored !== undefined && matchesPatternList(this.#ignored, keyword)) return;
    // ssh refuses it too: it may be a misspelled HostName.
    const near = nearest(keyword, [...USED.keys(), ...ANNOUNCED.keys(), 'host', 'match', 'include']);
    const hint =
      near === undefined ? 'take it out, or name it with IgnoreUnknown' : `did you mean "${near}"?`;
    this.#wrong(place, `ssh has no option "${keyword}"`, hint);
  }

  #include(words: readonly string[], place: Place, owner: Owner, within: number, depth: number): void {
    if (words.length === 0 || words.includes('')) this.#wrong(place, 'include: a file name is missing');
    for (const word of words.filter((name) => name !== '')) {
      const pattern = includePath(word, owner);
      if (typeof pattern !== 'string') this.#wrong(place, `include: ${pattern.wrong}`);
      else for (const file of globPaths(pattern)) this.#includeFile(file, place, owner, within, depth + 1);
    }
  }

  #includeFile(file: string, place: Place, owner: Owner, within: number, depth: number): void {
    // One file that includes itself twice would be read 2^16 times.
    if (this.#tooDeep) return;
    if (this.#files > MOST_FILES) return;
    this.#files += 1;
    if (this.#files > MOST_FILES) {
      this.#wrong(place, `more than ${MOST_FILES} files are included: do files include one another?`);
      return;
    }
    if (depth > MOST_DEPTH) {
      this.#tooDeep = true;
      this.#wrong(place, `files include one another more than ${MOST_DEPTH} deep`);
      return;
    }
    const read = readConfigText(file, true);
    if ('wrong' in read) this.#wrong(place, `include: ${file} cannot be used: ${read.wrong}`, read.hint);
    else if ('text' in read) this.parse({ file, text: read.text }, owner, within, depth);
  }

  #wrong(place: Place, message: string, hint?: string): undefined {
    this.diagnostics.push({
      severity: 'error',
      code: 'ssh-config',
      message,
      ...diagnosticPlace(place),
      ...(hint === undefined ? {} : { hint }),
    });
    return undefined;
  }
}

function readHost(words: readonly string[]): Condition | string {
  return words.includes('') ? 'a name is empty' : { kind: 'host', patterns: words };
}

function readMatch(text: string): Condition | string {
  const criteria = readCriteria(text);
  return typeof criteria === 'string' ? criteria : { kind: 'match', criteria };
}

/** Where an include leads: from the user's folder or that of the system, where its path is not a whole one. */
function includePath(word: string, { kind, home }: Owner): string | { readonly wrong: string } {
  if (/%|\$\{/.test(word)) return { wrong: `tokens and variables are not replaced in "${word}"` };
  if (word === '~' || word.startsWith('~/')) {
    return kind === 'user'
      ? join(home, word.slice(1))
      : { wrong: 'a file of the system must not begin with ~' };
  }
  if (word.startsWith('~')) return { wrong: `"${word}": write the whole path of that home` };
  if (isAbsolute(word)) return word;
  return kind === 'user' ? join(home, '.ssh', word) : join('/etc/ssh', word);
}
