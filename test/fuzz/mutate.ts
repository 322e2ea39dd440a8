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
  // The halves of two.
  (input, random, _, other) =>
    Buffer.concat([
      input.subarray(0, random.below(input.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ]),
  // A number is another one.
  (input, random) => {
    const numbers = [...input.toString('latin1').matchAll(/\d+/g)];
    if (numbers.length === 0) return input;
    const { index, 0: digits } = random.pick(numbers);
    const other = Buffer.from(random.pick(NUMBERS));
    return Buffer.concat([input.subarray(0, index), other, input.subarray(index + digits.length)]);
  },
  // One line that is very long.
  (input, random) =>
    byLines(input, (lines) => {
      const at = random.below(lines.length);
      lines[at] =
        `${lines[at]}${random.pick(['x', ' ', ',', '"', '\\', '[', '\xff']).repeat(random.below(60_000))}`;
    }),
  // Two lines change places.
  (input, random) =>
    byLines(input, (lines) => {
      const [one, two] = [random.below(lines.length), random.below(lines.length)];
      [lines[one], lines[two]] = [lines[two] as string, lines[one] as string];
    }),
];

/** What the whole of a file may have been written as. */
const ENCODINGS: readonly ((text: Buffer) => Buffer)[] = [
  (text) => Buffer.from(text.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
  (text) => Buffer.from(text.toString('latin1').replaceAll('\n', '\r'), 'latin1'),
  (text) => Buffer.concat([Buffer.from('\ufeff'), text]),
  (text) => Buffer.from(`\ufeff${text.toString('utf8')}`, 'utf16le'),
  (text) => Buffer.from(text.toString('utf8'), 'utf16le').swap16(),
  (text) => Buffer.from(text.toString('latin1'), 'utf8'),
  (text) => Buffer.from(text.toString('latin1').trimEnd(), 'latin1'),
  (text) => Buffer.from(text.toString('latin1').replaceAll(' ', '\t'), 'latin1'),
];

const NUMBERS = ['-1', '0', '00', '1e9', '65536', '4294967296', '9'.repeat(400), '-0', '0x10', '1.5', ''];

/** No file is larger than this, so that a case is bounded by its size. */
export const LARGEST = 128 * 1024;

/** One of the corpus changed in one to eight ways; now and then nothing but random bytes. */
export function mutated(corpus: readonly Buffer[], words: readonly string[], random: Random): Buffer {
  if (random.below(50) === 0) return random.bytes(random.below(500));
  let input = random.pick(corpus);
  const count = 1 + random.below(8);
  for (let done = 0; done < count; done += 1) {
    input = random.pick(OPERATIONS)(input, random, words, random.pick(corpus)).subarray(0, LARGEST);
  }
  return encoded(input, random);
}

/** Now and then as somebody else's editor would have written it. */
export function encoded(input: Buffer, random: Random): Buffer {
  return random.below(12) === 0 ? random.pick(ENCODINGS)(input).subarray(0, LARGEST) : input;
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
