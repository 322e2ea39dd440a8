import type { ComposeProblem } from './compose.ts';

/** What is said instead of messages that quote the text. */
const WITHOUT_TEXT: Readonly<Record<string, string>> = {
  'inexact-number': 'this number is too large to be exact',
  'leading-zero': 'this is a decimal number in YAML 1.2, not an octal one',
  'not-a-finite-number': 'this is not a number that can be used here',
  'recursive-alias': 'this alias stands inside its own anchor',
  'tag-mismatch': 'this text does not fit its tag',
  'trailing-zero': 'the last zero of this number is lost',
  'unknown-alias': 'there is no anchor before this alias; text that begins with * needs quotes',
  'unknown-tag': 'this YAML tag is not known here; text that begins with ! needs quotes',
  'yaml-syntax': 'this cannot be read as YAML',
};

/** A problem as it may be told of a text that nobody may see: with its place, and the names of keys, but no value. */
export function discreet(problem: ComposeProblem): ComposeProblem {
  const { hint, ...rest } = problem;
  const message = WITHOUT_TEXT[problem.code] ?? problem.message;
  return {
    ...rest,
    message,
    ...(hint === undefined ? {} : { hint: hint.replace(/".*"/s, '"…"') }),
  };
}
