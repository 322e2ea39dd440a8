import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { fromCel } from './cel-value.ts';
import {
  b64decode,
  entriesOf,
  fromJson,
  join,
  type List,
  matches,
  range,
  replace,
  sameKey,
  sort,
  unique,
} from './function-handlers.ts';

/** One function of the expression language. `examples` are tested. */
export interface FunctionDefinition {
  readonly name: string;
  /** CEL signatures; `string.lower(): string` is called as `x.lower()`. */
  readonly signatures: readonly string[];
  readonly description: string;
  /** Expression and its result. */
  readonly examples: readonly (readonly [string, unknown])[];
  /** Missing for what CEL itself brings and for macros. */
  readonly handler?: (...args: never[]) => unknown;
}

/** Everything beyond operators, with CEL's own functions that are useful here. The reference page is made from it. */
export const FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'default',
    signatures: ['default(value, fallback)'],
    description:
      'The value, or the fallback when a variable or member in it does not exist. `null` is a value.',
    examples: [
      ['default(nowhere.port, 8080)', 8080],
      ['default({"a": 1}.a, 2)', 1],
    ],
  },
  {
    name: 'defined',
    signatures: ['defined(value)'],
    description: 'Whether every variable and member in it exists.',
    examples: [
      ['defined(nowhere)', false],
      ['defined({"a": null}.a)', true],
    ],
  },
  {
    name: 'has',
    signatures: ['has(x.member)'],
    description: 'Whether the last member exists; what stands before it must exist.',
    examples: [['cel.bind(m, {"a": 1}, has(m.b))', false]],
  },
  {
    name: 'size',
    signatures: ['size(x)', 'x.size()'],
    description: 'Number of characters, items or keys.',
    examples: [['size([1, 2, 3])', 3]],
  },
  {
    name: 'lower',
    signatures: ['lower(string): string', 'string.lower(): string'],
    description: 'In lower case.',
    examples: [['lower("Ab")', 'ab']],
    handler: (text: string) => text.toLowerCase(),
  },
  {
    name: 'upper',
    signatures: ['upper(string): string', 'string.upper(): string'],
    description: 'In upper case.',
    examples: [['"Ab".upper()', 'AB']],
    handler: (text: string) => text.toUpperCase(),
  },
  {
    name: 'trim',
    signatures: ['trim(string): string'],
    description: 'Without white space at both ends; also `x.trim()`.',
    examples: [['trim("  a ")', 'a']],
    handler: (text: string) => text.trim(),
  },
  {
    name: 'replace',
    signatures: ['replace(string, string, string): string', 'string.replace(string, string): string'],
    description: 'Every occurrence of a text replaced. No pattern.',
    examples: [['"a.b.c".replace(".", "-")', 'a-b-c']],
    handler: replace,
  },
  {
    name: 'split',
    signatures: ['split(string, string): list<string>'],
    description: 'The pieces between a separator; also `x.split(",")`.',
    examples: [['split("a,b", ",")', ['a', 'b']]],
    handler: (text: string, separator: string) => text.split(separator),
  },
  {
    name: 'join',
    signatures: ['join(list<dyn>, string): string'],
    description: 'Texts and numbers of a list joined with a separator; also `x.join(",")` for texts.',
    examples: [['join(["a", 1], "-")', 'a-1']],
    handler: join,
  },
  {
    name: 'contains',
    signatures: [
      'contains(string, string): bool',
      'contains(list<dyn>, dyn): bool',
      'list<dyn>.contains(dyn): bool',
    ],
    description:
      'Whether a text holds another, or a list an item; also `x.contains("a")` and `item in list`.',
    examples: [
      ['contains("abc", "b")', true],
      ['[1, 2].contains(3)', false],
    ],
    handler: (whole: string | List, part: unknown) =>
      typeof whole === 'string' ? whole.includes(part as string) : whole.some((item) => sameKey(item, part)),
  },
  {
    name: 'startsWith',
    signatures: ['startsWith(string, string): bool'],
    description: 'Also `x.startsWith("a")`.',
    examples: [['"abc".startsWith("ab")', true]],
    handler: (text: string, start: string) => text.startsWith(start),
  },
  {
    name: 'endsWith',
    signatures: ['endsWith(string, string): bool'],
    description: 'Also `x.endsWith("c")`.',
    examples: [['endsWith("abc", "bc")', true]],
    handler: (text: string, end: string) => text.endsWith(end),
  },
  {
    name: 'matches',
    signatures: ['matches(string, string): bool'],
    description: 'Whether a regular expression (RE2) is found in the text; also `x.matches("^a")`.',
    examples: [['"web01".matches("^web[0-9]+$")', true]],
    handler: matches,
  },
  {
    name: 'keys',
    signatures: ['keys(map<dyn, dyn>): list<dyn>'],
    description: 'The keys of a mapping, in the order they are written.',
    examples: [['keys({"b": 1, "a": 2})', ['b', 'a']]],
    handler: (map: unknown) => (map instanceof Map ? [...map.keys()] : Object.keys(map as object)),
  },
  {
    name: 'values',
    signatures: ['values(map<dyn, dyn>): list<dyn>'],
    description: 'The values of a mapping, in the order they are written.',
    examples: [['values({"b": 1, "a": 2})', [1, 2]]],
    handler: (map: unknown) => entriesOf(map).map(([, value]) => value),
  },
  {
    name: 'unique',
    signatures: ['unique(list<dyn>): list<dyn>'],
    description: 'Without repeated items; the first of each stays.',
    examples: [['unique([1, 2, 1])', [1, 2]]],
    handler: unique,
  },
  {
    name: 'sort',
    signatures: ['sort(list<dyn>): list<dyn>'],
    description: 'Sorted: all numbers, or all texts (by code point, the same on every machine).',
    examples: [['sort([10, 9, 2])', [2, 9, 10]]],
    handler: sort,
  },
  {
    name: 'flatten',
    signatures: ['flatten(list<dyn>): list<dyn>'],
    description: 'Lists inside the list dissolved, at every depth.',
    examples: [['flatten([1, [2, [3]]])', [1, 2, 3]]],
    handler: (list: List) => list.flat(100),
  },
  {
    name: 'range',
    signatures: ['range(int): list<int>', 'range(int, int): list<int>', 'range(int, int, int): list<int>'],
    description:
      'Whole numbers from a start (0) up to, not including, an end, by a step (1); at most 10,000.',
    examples: [
      ['range(3)', [0, 1, 2]],
      ['range(1, 6, 2)', [1, 3, 5]],
    ],
    handler: (first: bigint, end?: bigint, step?: bigint) =>
      end === undefined ? range(0n, first, 1n) : range(first, end, step ?? 1n),
  },
  {
    name: 'int',
    signatures: ['int(x)'],
    description: 'A whole number from text or a number (cut off towards zero).',
    examples: [['int("42")', 42]],
  },
  {
    name: 'double',
    signatures: ['double(x)'],
    description: 'A number with a fraction from text or a whole number.',
    examples: [['double("1.5")', 1.5]],
  },
  {
    name: 'string',
    signatures: ['string(x)'],
    description: 'Text from a number or from true and false.',
    examples: [['"port " + string(22)', 'port 22']],
  },
  {
    name: 'basename',
    signatures: ['basename(string): string'],
    description: 'The last part of a path.',
    examples: [['basename("/a/b.tar.gz")', 'b.tar.gz']],
    handler: (path: string) => posix.basename(path),
  },
  {
    name: 'dirname',
    signatures: ['dirname(string): string'],
    description: 'A path without its last part.',
    examples: [['dirname("/a/b.txt")', '/a']],
    handler: (path: string) => posix.dirname(path),
  },
  {
    name: 'toJson',
    signatures: ['toJson(dyn): string'],
    description: 'As JSON text in one line.',
    examples: [['toJson({"a": [1, true]})', '{"a":[1,true]}']],
    handler: (value: unknown) => JSON.stringify(fromCel(value)),
  },
  {
    name: 'fromJson',
    signatures: ['fromJson(string): dyn'],
    description: 'The value of a JSON text, such as the output of a command.',
    examples: [['fromJson("{\\"a\\": 1}").a', 1]],
    handler: fromJson,
  },
  {
    name: 'b64encode',
    signatures: ['b64encode(string): string'],
    description: 'The UTF-8 bytes of a text in Base64 (RFC 4648, section 4).',
    examples: [['b64encode("hé")', 'aMOp']],
    handler: (text: string) => Buffer.from(text, 'utf8').toString('base64'),
  },
  {
    name: 'b64decode',
    signatures: ['b64decode(string): string'],
    description: 'The text that Base64 holds; it must be UTF-8.',
    examples: [['b64decode("aMOp")', 'hé']],
    handler: b64decode,
  },
  {
    name: 'sha256',
    signatures: ['sha256(string): string'],
    description: 'SHA-256 of the UTF-8 bytes of a text, in hexadecimal.',
    examples: [['sha256("")', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']],
    handler: (text: string) => createHash('sha256').update(text, 'utf8').digest('hex'),
  },
];
