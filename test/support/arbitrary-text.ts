import fc from 'fast-check';
import { SEED } from './seed.ts';

/** What shells treat in some way of their own. */
const SPECIAL = [
  ...'\'"\\$`\n\r\t !*?[]{}()<>|&;#~=%^-.,:/',
  '\x01',
  '\x1b',
  '\x7f',
  '\u0080',
  'é',
  '\u2028',
  '\ufeff',
  '\ufffd',
  '😀',
];
/** Words of which some program would make an option, a pattern, a variable or the end of something. */
const AWKWARD = [
  '-',
  '--',
  '-n',
  '-e',
  '\\c',
  '$HOME',
  '$' + '{x}',
  '$(id)',
  '`id`',
  '~',
  '~root',
  '*',
  '/',
  '.',
  '..',
  '!!',
  "'",
  "''",
  '\n',
  ' ',
  '\\',
  '"',
  'EOF',
  'a=b',
  '%s',
  '\\0',
  '\x04',
];

/** Any text but what no argument can hold: NUL, and half of a surrogate pair, which has no form in UTF-8. */
export const anyText: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 30, arbitrary: fc.string({ unit: fc.constantFrom(...SPECIAL), maxLength: 30 }) },
    { weight: 20, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
    { weight: 10, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
    { weight: 10, arbitrary: fc.constantFrom(...AWKWARD, '') },
    {
      weight: 1,
      arbitrary: fc.array(fc.constantFrom(...AWKWARD), { maxLength: 6 }).map((parts) => parts.join('')),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 300, maxLength: 1500 }) },
  )
  .filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text));

/** How many cases a property is tried with; more with PROVISION_CASES. */
export const CASES = Number(process.env.PROVISION_CASES ?? 10_000);

/** So many samples, and the seed that gives the same ones again. */
export function samples<Value>(
  arbitrary: fc.Arbitrary<Value>,
  count: number,
): { readonly seed: number; readonly values: readonly Value[] } {
  const seed = SEED;
  return { seed, values: fc.sample(arbitrary, { numRuns: count, seed }) };
}

/** The first of two lists that differ, for a message that can be read. */
export function firstDifference(
  wanted: readonly (string | Buffer)[],
  found: readonly (string | Buffer)[],
): string | undefined {
  if (found.length !== wanted.length) return `${found.length} came of ${wanted.length}`;
  const index = wanted.findIndex(
    (one, at) => Buffer.compare(Buffer.from(one), Buffer.from(found[at] as string)) !== 0,
  );
  return index < 0
    ? undefined
    : `number ${index}: ${JSON.stringify(wanted[index])} came as ${JSON.stringify(found[index])}`;
}
