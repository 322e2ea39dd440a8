import type { Random } from './random.ts';

/** What parsers stumble over, whatever they read. */
const TOKENS = [
  '\0',
  '\x01',
  '\x1b[31m',
  '\x7f',
  '\r',
  '\r\n',
  '\n',
  '\t',
  ' ',
  '\ufeff',
  '\u2028',
  '\u202e',
  '\ud83d\ude00',
  '-1',
  '0',
  '1e999',
  '99999999999999999999999999',
  '0x7fffffff',
  '2147483648',
  'NaN',
  '.inf',
  'null',
  '~',
  'true',
  '"',
  "'",
  '`',
  '\\',
  '\\u',
  '\\ud800',
  '$' + '{x}',
  '{{',
  '}}',
  '{%',
  '%}',
  '{{ x }}',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  ': ',
  '- ',
  '? ',
  '#',
  '&a ',
  '*a',
  '<<: *a',
  '!!str ',
  '!x ',
  '|',
  '>',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '@',
  '=',
  '*',
  '?',
  '!',
  '../',
  '/',
  '__proto__',
  'constructor',
];

const OPERATIONS: readonly ((
  input: Buffer,
  random: Random,
  words: readonly string[],
  other: Buffer,
) => Buffer)[] = [
  (input, random) => {
    const copy = Buffer.from(input);
    if (copy.length > 0) copy[random.below(copy.length)]! ^= 1 << random.below(8);
    return copy;
  },
  (input, random) => insert(input, random, random.bytes(1 + random.below(8))),
  (input, random) => insert(input, random, Buffer.from(random.pick(TOKENS))),
  (input, random, words) => insert(input, random, Buffer.from(random.pick(words))),
  (input, random) => input.subarray(0, random.below(input.length + 1)),
  (input, random) => input.subarray(random.below(input.length + 1)),
  (input, random) => {
    const [from, to] = range(input, random);
    return Buffer.concat([input.subarray(0, from), input.subarray(to)]);
  },
  (input, random) => {
    const [from, to] = range(input, random);
    return Buffer.concat([input.subarray(0, to), input.subarray(from)]);
  },
  (input, random) => byLines(input, (lines) => lines.splice(random.below(lines.length), 1)),
  (input, random) =>
    byLines(input, (lines) =>
      lines.splice(random.below(lines.length), 0, lines[random.below(lines.length)] as string),
    ),
  (input, random) =>
    byLines(input, (lines) => {
      const at = random.below(lines.length);
      lines[at] = `${' '.repeat(random.below(12))}${(lines[at] as string).trimStart()}`;
    }),
  (input, random) => insert(input, random, Buffer.from(random.pick(TOKENS).repeat(1 + random.below(3000)))),
  (input, random, words) =>
    insert(input, random, Buffer.from(random.pick(words).repeat(1 + random.below(300)))),
  (input, random) => {
    const [from, to] = range(input, random);
    const times = 1 + random.below(Math.max(1, Math.floor(20_000 / Math.max(1, to - from))));
    return Buffer.concat([
      input.subarray(0, from),
      ...Array.from({ length: times }, () => input.subarray(from, to)),
      input.subarray(to),
    ]);
  },
  (input, random, _, other) => {
    const [from, to] = range(other, random);
    return insert(input, random, other.subarray(from, to));
  },
];

/** No file is larger than this, so that a case is bounded by its size. */
const LARGEST = 128 * 1024;

/** One of the corpus changed in one to eight ways; now and then nothing but random bytes. */
export function mutated(corpus: readonly Buffer[], words: readonly string[], random: Random): Buffer {
  if (random.below(50) === 0) return random.bytes(random.below(500));
  let input = random.pick(corpus);
  const count = 1 + random.below(8);
  for (let done = 0; done < count; done += 1) {
    input = random.pick(OPERATIONS)(input, random, words, random.pick(corpus)).subarray(0, LARGEST);
  }
  return input;
}

function insert(input: Buffer, random: Random, more: Buffer): Buffer {
  const at = random.below(input.length + 1);
  return Buffer.concat([input.subarray(0, at), more, input.subarray(at)]);
}

function range(input: Buffer, random: Random): readonly [number, number] {
  const from = random.below(input.length + 1);
  return [from, Math.min(input.length, from + random.below(200))];
}

function byLines(input: Buffer, change: (lines: string[]) => unknown): Buffer {
  const lines = input.toString('latin1').split('\n');
  change(lines);
  return Buffer.from(lines.join('\n'), 'latin1');
}
