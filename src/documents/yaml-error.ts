import type { YAMLException } from 'js-yaml';
import { unclosedOpening } from './unclosed.ts';

export interface SyntaxProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly start: number;
  readonly end: number;
}

const TABS = {
  code: 'tab-indentation',
  message: 'YAML does not allow tabs for indentation; use spaces',
};

/** Messages of the parser whose own wording would puzzle. `start` is where the parser stopped. */
const REWORDED: readonly (readonly [RegExp, string, string, string?])[] = [
  [
    /name of an alias node/,
    'needs-quotes',
    'text cannot begin with * unless it is in quotes',
    'for a pattern, write "*"',
  ],
  [/name of an anchor node/, 'needs-quotes', 'text cannot begin with & unless it is in quotes'],
  [/missed comma between flow/, 'missing-comma', 'a comma is missing between two items'],
  [
    /unknown escape sequence/,
    'bad-escape',
    'this escape is not known in double quotes',
    "write \\\\ for a backslash, or use single quotes: 'C:\\x'",
  ],
  [
    /document separator is expected/,
    'unexpected-text',
    'this does not belong to what stands above it',
    'a list and a mapping cannot stand side by side; look at the indentation and for a missing colon',
  ],
  [
    /multiline key may not be/,
    'missing-colon',
    'a key without its colon, or a line that belongs to none',
    'write `key: value`, and indent the following lines of a long text',
  ],
  [/nesting exceeded/, 'too-deep', 'the nesting is too deep (more than 100 levels)'],
  [
    /non-printable|null byte|valid JSON character/,
    'control-character',
    'a control character is not allowed here',
  ],
];

/** The parser's exception as a message a user can act on. */
export function syntaxProblem(text: string, error: YAMLException): SyntaxProblem {
  const stopped = Math.min(error.mark?.position ?? 0, text.length);
  const lineStart = Math.max(text.lastIndexOf('\n', stopped - 1), text.lastIndexOf('\r', stopped - 1)) + 1;
  const line = /^[^\r\n]*/.exec(text.slice(lineStart))![0];
  const indentation = /^[ \t]*/.exec(line)![0];
  const tab = indentation.indexOf('\t');
  if (tab >= 0 || /tab characters/.test(error.reason)) {
    const at = lineStart + Math.max(0, tab);
    return { ...TABS, start: at, end: at + 1 };
  }
  if (/within a (flow|single|double)|indentation of|deficient/.test(error.reason)) {
    const opening = unclosedOpening(text, stopped);
    if (opening !== undefined) return unclosed(text, opening);
  }
  const point = { start: stopped, end: stopped };
  for (const [pattern, code, message, hint] of REWORDED)
    if (pattern.test(error.reason)) return { code, message, ...(hint ? { hint } : {}), ...point };
  if (/bad indentation of|deficient indentation/.test(error.reason))
    return misplaced(line, stopped - lineStart, lineStart);
  return { code: 'yaml-syntax', message: error.reason, ...point };
}

function unclosed(text: string, start: number): SyntaxProblem {
  const quote = /["']/.test(text[start]!);
  const code = quote ? 'unclosed-quote' : 'unclosed-bracket';
  return { code, message: `this ${text[start]} is not closed`, start, end: start + 1 };
}

/** The parser says "bad indentation" for whatever it did not expect on a line: look at what stands there. */
function misplaced(line: string, column: number, lineStart: number): SyntaxProblem {
  const value = /^\s*(?:- +)*[^\s"'[{#][^:#]*?: +/.exec(line)?.[0].length ?? -1;
  const first = line[value] ?? '';
  const rest = { start: lineStart + Math.max(0, value), end: lineStart + line.trimEnd().length };
  if (value >= 0 && column >= value) {
    if (line.startsWith('{{', value)) {
      const hint = `put the whole text in quotes: "${line.slice(value).trim().replaceAll('"', "'")}"`;
      return { code: 'needs-quotes', message: 'text that begins with {{ needs quotes', hint, ...rest };
    }
    if (/[@`%]/.test(first)) {
      const message = `text cannot begin with ${first} unless it is in quotes`;
      return { code: 'needs-quotes', message, ...rest };
    }
    if (line.startsWith('- ', value)) {
      const message = 'a list cannot begin on the line of its key';
      return { code: 'list-on-key-line', message, hint: 'begin it on the next line', ...rest };
    }
    if (/["']/.test(first)) {
      const message = 'there is text after the closing quote';
      return { code: 'text-after-quote', message, start: lineStart + column, end: rest.end };
    }
    const colon = line.indexOf(': ', value);
    if (colon >= 0) {
      const hint = `put the value in quotes: "${line.slice(value).trim().replaceAll('"', "'")}"`;
      return { code: 'needs-quotes', message: 'a value that contains ": " needs quotes', hint, ...rest };
    }
  }
  const start = lineStart + /^ */.exec(line)![0].length;
  return {
    code: 'bad-indentation',
    message: 'the indentation of this line fits nothing above it',
    hint: 'entries of one mapping or list begin in the same column; what belongs to a key is indented more',
    start,
    end: Math.max(start, lineStart + line.trimEnd().length),
  };
}
