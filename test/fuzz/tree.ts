import type { Random } from './random.ts';

/** Scalars that schemas, conditions and paths stumble over. */
const SCALARS: readonly unknown[] = [
  null,
  true,
  false,
  '',
  0,
  -0,
  -1,
  1.5,
  22,
  65_536,
  2 ** 53,
  1e308,
  '0644',
  '0o644',
  'yes',
  '2026-01-01',
  ' ',
  '\t',
  'a\nb',
  'a\r\nb\r\n',
  '\0',
  '\u001b[2J',
  '\u202eevil',
  '\u2028',
  '\ufeff',
  '\ud800',
  'e\u0301',
  '~',
  '~root/x',
  '/',
  '../../etc/passwd',
  '/'.repeat(5000),
  'x'.repeat(70_000),
  '-rf',
  '{{',
  '{{ x }}',
  '{{ item }}',
  '{{ facts.arch }}',
  '{{ nothing.at.all }}',
  '{{ secret }}',
  '{{ self }}',
  '{{ (((((1))))) }}',
  '{{ [1, 2].map(x, x / 0) }}',
  '{% if x %}',
  '__proto__',
  'constructor',
  'all',
  '!all',
  'web[1:3]',
  '[::1]:22',
  '10.0.0.0/8',
  'age1qqqqqq',
];

/** Keys that are special somewhere. */
const KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  '',
  ' ',
  'a b',
  '<<',
  '0',
  '-1',
  'Name',
  'name ',
  'ñ',
  '\ud800',
  'x'.repeat(5000),
  'no_log',
  'loop',
  'when',
  'vars',
  'hosts',
  'steps',
  'block',
  'register',
  'become_user',
  'ansible_port',
];

type Mapping = Record<string, unknown>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A tree that is changed in a few places: what is written as YAML again is read whole, and comes as far as the schemas, the
 * references and the programs of hosts.
 *
 * @param others trees whose parts are put in.
 */
export function changedTree(tree: unknown, others: readonly unknown[], random: Random): unknown {
  let changed = structuredClone(tree);
  const count = 1 + random.below(5);
  for (let done = 0; done < count; done += 1) {
    const next = changeSomewhere(changed, others, random, 0);
    if (isLight(next)) changed = next;
  }
  return changed;
}

/** Whether a tree has few enough nodes and characters that a case is bounded by them. */
function isLight(tree: unknown): boolean {
  let room = 300_000;
  const take = (value: unknown): void => {
    room -= typeof value === 'string' ? 10 + value.length : 10;
    if (room < 0 || typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      room -= key.length;
      take(member);
      if (room < 0) return;
    }
  };
  take(tree);
  return room >= 0;
}

function changeSomewhere(value: unknown, others: readonly unknown[], random: Random, depth: number): unknown {
  const members = Array.isArray(value) ? value.length : isMapping(value) ? Object.keys(value).length : 0;
  if (members > 0 && random.below(depth < 2 ? 12 : 4) > 0) {
    const at = random.below(members);
    if (Array.isArray(value)) {
      return value.map((item, index) =>
        index === at ? changeSomewhere(item, others, random, depth + 1) : item,
      );
    }
    const entries = Object.entries(value as Mapping).map(([key, member], index) => [
      key,
      index === at ? changeSomewhere(member, others, random, depth + 1) : member,
    ]);
    return record(entries as [string, unknown][]);
  }
  return random.pick(CHANGES)(value, others, random);
}

const CHANGES: readonly ((value: unknown, others: readonly unknown[], random: Random) => unknown)[] = [
  (_, __, random) => random.pick(SCALARS),
  (_, others, random) => partOf(random.pick(others), random),
  (value) => [value],
  (value) => [value, value],
  (value, _, random) => record([[random.pick(KEYS), value]]),
  (value) => (typeof value === 'string' ? `{{ ${value} }}` : JSON.stringify(value)),
  (value, _, random) => (typeof value === 'string' ? value + String(random.pick(SCALARS)) : value),
  (value, _, random) => {
    let nested = value;
    for (let depth = random.below(300); depth > 0; depth -= 1)
      nested = random.below(2) === 0 ? [nested] : record([['a', nested]]);
    return nested;
  },
  (value, _, random) => Array.from({ length: random.below(2000) }, () => value),
  (value, others, random) => {
    const entries = isMapping(value) ? Object.entries(value) : [];
    const more = partOf(random.pick(others), random);
    return record([...entries, [random.pick(KEYS), more]]);
  },
  (value, _, random) => {
    if (!isMapping(value)) return {};
    const entries = Object.entries(value);
    return record(entries.filter((__, index) => index !== 0 || random.below(2) === 0).slice(0, -1));
  },
  (value, _, random) => {
    if (!isMapping(value)) return [];
    const entries = Object.entries(value);
    const at = random.below(Math.max(1, entries.length));
    return record(entries.map(([key, member], index) => [index === at ? random.pick(KEYS) : key, member]));
  },
  (value) => {
    if (!isMapping(value)) return null;
    return record(Object.entries(value).map(([key, member]) => [key.toUpperCase(), member]));
  },
];

/** Some part of a tree. */
function partOf(tree: unknown, random: Random): unknown {
  let part = tree;
  for (;;) {
    const members = typeof part === 'object' && part !== null ? Object.values(part) : [];
    if (members.length === 0 || random.below(4) === 0) return part;
    part = random.pick(members);
  }
}

/** Also of `__proto__`. */
function record(entries: readonly (readonly [string, unknown])[]): Mapping {
  const made: Mapping = Object.create(null);
  for (const [key, value] of entries) made[key] = value;
  return made;
}

/** A tree as JSON, or as YAML in blocks: as deep as it goes. */
export function writeTree(tree: unknown, random: Random): string {
  if (random.below(3) === 0) return JSON.stringify(tree, undefined, random.below(3)) ?? 'null';
  const text: string[] = [];
  writeBlock(tree, 0, text, random);
  return text.join('');
}

function writeBlock(value: unknown, indent: number, text: string[], random: Random): void {
  const pad = ' '.repeat(indent);
  // Deeper than this, blocks would be mostly blanks.
  const flow = indent > 60 || random.below(30) === 0;
  if (!flow && Array.isArray(value) && value.length > 0) {
    if (indent > 0) text.push('\n');
    for (const item of value) {
      text.push(`${pad}- `);
      writeBlock(item, indent + 2, text, random);
    }
  } else if (!flow && isMapping(value) && Object.keys(value).length > 0) {
    if (indent > 0) text.push('\n');
    for (const [key, member] of Object.entries(value)) {
      text.push(`${pad}${/^[a-z_][\w.]*$/i.test(key) ? key : JSON.stringify(key)}: `);
      writeBlock(member, indent + 2, text, random);
    }
  } else text.push(`${scalar(value, indent, random)}\n`);
}

function scalar(value: unknown, indent: number, random: Random): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  const way = random.below(6);
  if (way === 0) return value;
  if (way === 1) return `'${value.replaceAll("'", "''")}'`;
  if (way === 2) return `|\n${' '.repeat(indent)}${value.replaceAll('\n', `\n${' '.repeat(indent)}`)}`;
  return JSON.stringify(value);
}
