import type { Random } from './random.ts';

/** A whole text of an extreme shape. `size`: from a few to some ten thousand. */
type Bomb = (size: number, random: Random) => string;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** What is small to write and large to read, deep, wide or long. */
export const YAML_BOMBS: readonly Bomb[] = [
  // Every anchor holds the one before ten times ("billion laughs").
  (size) =>
    Array.from(LETTERS.slice(0, 2 + (size % 20)), (name, at) => {
      const item = at === 0 ? 'lol' : `*${LETTERS[at - 1]}`;
      return `${name}: &${name} [${Array.from({ length: 10 }, () => item).join(', ')}]\n`;
    }).join(''),
  (size) =>
    Array.from(LETTERS.slice(0, 2 + (size % 20)), (name, at) => {
      const merges = at === 0 ? 'x: 1' : `<<: [*${LETTERS[at - 1]}, *${LETTERS[at - 1]}]\n  y${at}: 1`;
      return `${name}: &${name}\n  ${merges}\n`;
    }).join(''),
  () => 'a: &a [*a]\n',
  () => 'a: &a {<<: *a}\n',
  () => '&a a: *a\n*a : b\n',
  (size) => '['.repeat(size),
  (size) => `${'['.repeat(size)}${']'.repeat(size)}`,
  (size) => `${'{a: '.repeat(size)}1${'}'.repeat(size)}`,
  (size) => `${'- '.repeat(size)}x`,
  (size) => `${'? '.repeat(size)}x`,
  (size) => `${'!!str '.repeat(size)}x`,
  (size) => `${'&a '.repeat(size)}x`,
  (size) => Array.from({ length: Math.min(size, 400) }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
  (size) => Array.from({ length: size }, (_, at) => `key${at}: &k${at} ${at}\n`).join(''),
  (size) => Array.from({ length: size }, () => 'same: 1\n').join(''),
  (size) => Array.from({ length: size }, () => '--- x\n').join(''),
  (size) => `a: ${'9'.repeat(size)}\nb: 0x${'f'.repeat(size)}\nc: 1e${'9'.repeat(size % 1000)}\n`,
  (size) => `a: "${'\\u0041\\x41\\n'.repeat(size)}"\n`,
  (size) => `a: "${'\\\n  '.repeat(size)}"\n`,
  (size) => `${'k'.repeat(size)}: 1\n`,
  (size) => `a: >\n${'  word\n\n'.repeat(size)}`,
  (size) => `#${'#'.repeat(size)}\n`.repeat(10),
  (size) => `%TAG !${'x'.repeat(size)}! tag:\n--- a\n`,
  (size) => `a:\n${'\t'.repeat(size)}b: 1\n`,
  (size) => `a: {${'"x": 1, '.repeat(size)}}\n`,
  (size) => `a: [${', '.repeat(size)}]\n`,
  (size) => `a: ${"'".repeat(size)}\n`,
  (size, random) =>
    `a: "${String.fromCharCode(...Array.from({ length: Math.min(size, 5000) }, () => random.below(65_536)))}"\n`,
];

/** Inventories that are much larger than they look. */
export const INVENTORY_BOMBS: readonly Bomb[] = [
  (size) => `all: {hosts: {"web[1:${size}][1:${size}][1:${size}]": }}\n`,
  (size) => `all: {hosts: {"${'[0:9]'.repeat(1 + (size % 12))}": }}\n`,
  (size) => `all: {hosts: {"[1:${'9'.repeat(1 + (size % 400))}]": }}\n`,
  (size) =>
    `all:\n  children:\n${Array.from({ length: Math.min(size, 3000) }, (_, at) => `    g${at}: {children: {g${at + 1}: }}\n`).join('')}`,
  () => 'all: {children: {a: {children: {b: {children: {a: }}}}}}\n',
  (size) =>
    `all: {children: ${'{a: {children: '.repeat(Math.min(size, 3000))}{}${'}}'.repeat(Math.min(size, 3000))}}\n`,
  (size) =>
    `all:\n  hosts: {h: }\n  vars:\n    v0: x\n${Array.from({ length: Math.min(size, 2000) }, (_, at) => `    v${at + 1}: "{{ v${at} }}{{ v${at} }}"\n`).join('')}    ansible_host: "{{ v${Math.min(size, 2000)} }}"\n`,
  () =>
    'all: {hosts: {h: }, vars: {ansible_host: "{{ ansible_host }}", ansible_port: "{{ b }}", b: "{{ c }}", c: "{{ b }}"}}\n',
];

/** Playbooks of the same kind. */
export const PLAYBOOK_BOMBS: readonly Bomb[] = [
  (size) => `hosts: all\nsteps:\n  - command: ["{{ ${'('.repeat(size)}1${')'.repeat(size)} }}"]\n`,
  (size) => `hosts: all\nsteps:\n  - command: "{{ ${'1 + '.repeat(size)}1 }}"\n`,
  (size) => `hosts: all\nsteps:\n  - command: x\n    when: ${'!'.repeat(size)}true\n`,
  (size) =>
    `hosts: all\nsteps:\n  - command: x\n    when: ${'true ? true : '.repeat(Math.min(size, 4000))}false\n`,
  (size) => `hosts: all\nsteps:\n  - command: "{{ x${'.y'.repeat(size)} }}"\n`,
  (size) => `hosts: all\nsteps:\n  - command: "{{ x${'[0]'.repeat(size)} }}"\n`,
  (size) => `hosts: ${'all:'.repeat(size)}!x\nsteps: []\n`,
  (size) => `hosts: "${'~(a+)+'.repeat(1 + (size % 50))}$"\nsteps: []\n`,
  (size) => `hosts: all\nsteps:\n${'  - command: x\n'.repeat(Math.min(size, 3000))}`,
  (size) => `hosts: all\nsteps:\n  - include: p.yml\n${'  - include: p.yml\n'.repeat(size % 5)}`,
  (size) => `hosts: all\nsteps:\n  - command: x\n    loop: "{{ range(${'9'.repeat(1 + (size % 12))}) }}"\n`,
  (size) =>
    `hosts: all\nvars: {${Array.from({ length: 30 }, (_, at) => `v${at}: "${at === 0 ? 'x' : `{{ v${at - 1} }}{{ v${at - 1} }}`}"`).join(', ')}}\nsteps:\n  - command: "{{ v${size % 30} }}"\n    when: v${size % 30} == "x"\n`,
  (size) =>
    `hosts: all\nsteps:\n  - file: {path: /x, content: "${'{{ "{{" }}'.repeat(Math.min(size, 3000))}"}\n`,
  (size) => `hosts: all\nsteps:\n  - command: x\n    when: '"${'a'.repeat(size)}!".matches("^(a|a)*$")'\n`,
];

/** One of them, of some size. */
export function bomb(bombs: readonly Bomb[], random: Random): string {
  const size = 1 + random.below(random.pick([10, 200, 5000, 40_000]));
  return random.pick(bombs)(size, random);
}
