import { createRequire } from 'node:module';

/** A regular expression that takes time proportional to the text, whatever it is and whatever the text is. */
export interface Pattern {
  /** Whether it is found anywhere in the text. */
  test(text: string): boolean;
  /** How much work one character of text may be. */
  readonly size: number;
}

export interface BadPattern {
  readonly reason: string;
  readonly hint?: string;
}

/** Longer ones are no pattern that somebody wrote. */
const LONGEST = 10_000;
/** Conditions are evaluated for every host, with few different patterns. */
const MOST_KEPT = 1000;

const require = createRequire(import.meta.url);
const kept = new Map<string, Pattern | BadPattern>();

/**
 * Compiles a regular expression in the syntax of RE2, as CEL wants it. JavaScript's own engine tries one way after the
 * other: `^(a+)+$` and some fifty characters would stop the controller for years, and the text may come from a host.
 */
export function compilePattern(source: string): Pattern | BadPattern {
  const known = kept.get(source);
  if (known !== undefined) return known;
  const compiled = compile(source);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(source, compiled);
  return compiled;
}

export function isBadPattern(compiled: Pattern | BadPattern): compiled is BadPattern {
  return 'reason' in compiled;
}

function compile(source: string): Pattern | BadPattern {
  if (source.length > LONGEST) {
    return {
      reason: `bad regular expression: it has ${source.length} characters, at most ${LONGEST} can be used`,
    };
  }
  const { RE2JS, RE2JSException } = require('re2js') as typeof import('re2js');
  try {
    const compiled = RE2JS.compile(source);
    return { test: (text) => compiled.test(text), size: compiled.programSize() };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const reason = `bad regular expression: ${error.message.replace(/^error parsing regexp: /, '')}`;
    const hint = hintFor(source);
    return hint === undefined ? { reason } : { reason, hint };
  }
}

/** What other engines have and RE2, for the sake of its promise about time, has not. */
function hintFor(source: string): string | undefined {
  if (/\(\?<?[=!]/.test(source)) {
    return 'there is no looking ahead or behind, `(?=…)` or `(?!…)`: ask twice, and join the answers with && and !';
  }
  if (/\\[1-9k]/.test(source)) return 'there are no references back to a group, such as `\\1`';
  if (/\\u/.test(source)) return 'write a character by its number as `\\x{e9}`';
  return undefined;
}
