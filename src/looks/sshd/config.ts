/**
 * Reading sshd_config(5) as far as it takes to know which line says what: keywords, `Include` and `Match`. What a value
 * means is left to sshd itself.
 */

/** One setting, or one `Match`, as it stands in a file. */
export interface ConfigLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** In lower case, by its present name where it has older ones. */
  readonly keyword: string;
  /** The line without blanks around it. */
  readonly text: string;
  /** The criteria of the `Match` lines under which it stands, from the outside in; none where it holds for all. */
  readonly under: readonly string[];
}

/** Other names of a keyword (servconf.c of OpenSSH). */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['challengeresponseauthentication', 'kbdinteractiveauthentication'],
  ['skeyauthentication', 'kbdinteractiveauthentication'],
  ['dsaauthentication', 'pubkeyauthentication'],
  ['hostbasedacceptedkeytypes', 'hostbasedacceptedalgorithms'],
  ['pubkeyacceptedkeytypes', 'pubkeyacceptedalgorithms'],
  ['keepalive', 'tcpkeepalive'],
]);

/** The name by which two spellings of a keyword are the same. */
export function canonicalKeyword(keyword: string): string {
  const lower = keyword.toLowerCase();
  return ALIASES.get(lower) ?? lower;
}

/** How deep files may include each other (SERVCONF_MAX_DEPTH of OpenSSH). */
const MAX_DEPTH = 16;

/** How many files all in all: sixteen of which each includes the next one twice would be read 65,536 times. */
const MAX_FILES = 1000;

/** Thrown where the lines cannot be told: the reason, with the place. */
export class ConfigProblem extends Error {}

/**
 * All lines in the order in which sshd reads them, those of included files in their place.
 *
 * @param files gives the text of each file that a pattern of `Include` names, in sshd's order; undefined when it cannot
 *   be told.
 * @throws ConfigProblem for what cannot be followed.
 */
export function readConfig(
  file: string,
  text: string,
  files: (pattern: string) => readonly { readonly path: string; readonly text: string }[] | undefined,
): readonly ConfigLine[] {
  let left = MAX_FILES;
  const counted = (pattern: string): ReturnType<typeof files> => {
    const found = files(pattern);
    left -= found?.length ?? 0;
    if (left < 0)
      throw new ConfigProblem(`more than ${MAX_FILES} files are included, the last by "Include ${pattern}"`);
    return found;
  };
  return [...linesOf(file, text, counted, [], 1)];
}

function* linesOf(
  file: string,
  text: string,
  files: Parameters<typeof readConfig>[2],
  outer: readonly string[],
  depth: number,
): Generator<ConfigLine> {
  if (depth > MAX_DEPTH) throw new ConfigProblem(`${file} is included through too many files`);
  // A Match in an included file ends with that file (sshd_config(5), Include).
  let under = outer;
  let line = 0;
  for (const raw of text.split('\n')) {
    line += 1;
    const trimmed = raw.trim();
    const [, word, rest = ''] = /^"?([A-Za-z0-9]+)"?(?:\s*=\s*|\s+|$)(.*)$/.exec(trimmed) ?? [];
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const keyword = canonicalKeyword(word ?? trimmed);
    if (keyword === 'include') {
      for (const pattern of words(rest)) {
        const found = files(pattern);
        if (found === undefined) {
          throw new ConfigProblem(`which files "Include ${pattern}" in ${file}:${line} means cannot be told`);
        }
        for (const one of found) yield* linesOf(one.path, one.text, files, under, depth + 1);
      }
      continue;
    }
    if (keyword === 'match') {
      const comment = rest.search(/\s#/);
      const criteria = (comment < 0 ? rest : rest.slice(0, comment)).trim();
      under = /^all$/i.test(criteria) ? outer : [...outer, criteria];
    }
    yield { file, line, keyword, text: trimmed, under };
  }
}

/** The words of a line: quoted ones may hold blanks, and what follows a `#` is a comment. */
function words(text: string): readonly string[] {
  const found: string[] = [];
  for (const [, quoted, plain] of text.matchAll(/"([^"]*)"|(\S+)/g)) {
    if (plain?.startsWith('#') === true) break;
    found.push(quoted ?? plain ?? '');
  }
  return found;
}

/** One text that says the same as several files, and where each of its lines comes from. */
export interface FlatConfig {
  readonly text: string;
  /** The source of a line, from 1. */
  source(line: number): ConfigLine | undefined;
}

/** Puts lines of several files into one text: where a line stands under other criteria than the one before, `Match` says so. */
export function flatten(lines: readonly ConfigLine[]): FlatConfig {
  const out: string[] = [];
  const sources: ConfigLine[] = [];
  let current = '';
  for (const line of lines) {
    const criteria = line.under.join(' ');
    if (criteria !== current) {
      out.push(`Match ${criteria === '' ? 'all' : criteria}`);
      sources.push(line);
      current = criteria;
    }
    if (line.keyword === 'match') continue;
    out.push(line.text);
    sources.push(line);
  }
  return {
    text: out.map((line) => `${line}\n`).join(''),
    source: (line) => sources[line - 1],
  };
}
