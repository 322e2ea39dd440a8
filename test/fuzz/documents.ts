import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readExtraVars } from '../../src/cli/extra-vars.ts';
import { hasErrors } from '../../src/documents/diagnostic.ts';
import { parseYamlDocument } from '../../src/documents/yaml.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { buildPrograms } from '../../src/playbook/build-programs.ts';
import { loadPlaybooks } from '../../src/playbook/load.ts';
import { STEP_KINDS } from '../../src/steps/index.ts';
import { bomb, INVENTORY_BOMBS, PLAYBOOK_BOMBS, YAML_BOMBS } from './bombs.ts';
import { folder, put } from './folder.ts';
import type { Random } from './random.ts';
import type { FuzzTarget } from './target.ts';
import { requireTellable } from './tellable.ts';
import { changedTree, writeTree } from './tree.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const file = (path: string): Buffer => readFileSync(join(ROOT, path));

const WORDS = [
  'hosts',
  'children',
  'vars',
  'all:',
  'ungrouped',
  'ansible_host',
  'ansible_port: ',
  'ansible_become',
  'web[01:99]',
  'web[1:1000000]',
  'a[b:z]',
  '[::1]',
  'steps:',
  'name:',
  'when:',
  'loop:',
  'register:',
  'become:',
  'tags:',
  'include:',
  'file:',
  'command:',
  'user:',
  'sshd_config:',
  'assert:',
  'template:',
  '{{ facts.os.family }}',
  '{{ item }}',
  '{{ range(0, 100000) }}',
  '{{ x.map(y, y) }}',
  '{{ 1 / 0 }}',
  '{{ "a" * 9 }}',
  '{{ "',
  '(',
  ')',
  ' && ',
  ' ? ',
  '.matches("(a+)+$")',
  'include: p.yml',
  'include: more.yml',
  'template: t.liquid',
  'vars_files: [more.yml]',
  '!secret {env: HOME}',
  '!secret {file: /etc/hostname}',
  '!vault |',
];

const INVENTORY = `all:
  vars: {ansible_user: ops}
  children:
    web:
      hosts:
        web[01:03]: {ansible_port: 2222}
        "db1": {ansible_host: 10.0.0.1, tags: [a, b]}
      vars: &v {http_port: 80, name: "{{ http_port }}"}
    db: {hosts: {db1: {<<: *v}}, children: {old: }}
`;
const PLAYBOOK = `- name: Web
  hosts: web:!db
  become: true
  vars: {list: [1, 2], text: "a {{ list[0] }} b"}
  steps:
    - name: Write {{ item }}
      file: {path: "/etc/{{ item }}", content: "x\\n", mode: "0644"}
      loop: [a, b]
      when: facts.os.family == "debian" && size(list) > 1
      register: written
    - command: {argv: [ls, "-l"], read_only: true}
      tags: [x]
      retries: 2
    - assert: {that: ["written.changed || true"]}
    - sshd_config: {name: x, settings: {Port: [22], UsePAM: true}, match: [{criteria: User a, settings: {Banner: none}}]}
`;

const playbooks = [
  Buffer.from(PLAYBOOK),
  file('playbooks/go.yml'),
  ...readdirSync(join(ROOT, 'test/unit/bad-playbooks'))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => file(`test/unit/bad-playbooks/${name}`)),
];
const inventories = [Buffer.from(INVENTORY), file('inventory/prod.yml')];
/** Each example of each kind of step, as steps of a play. */
const examples = [...STEP_KINDS.values()].map((kind) => ({
  name: kind.name,
  hosts: 'all',
  vars: { secret: '{{ list[0] }}', list: [1, 'two'], self: '{{ self }}' },
  steps: kind.examples.map(({ title, args }) => ({ name: title, [kind.name]: args, when: 'true' })),
}));
const playbookTrees = [...playbooks.map(treeOf).filter((tree) => tree !== undefined), ...examples];
const inventoryTrees = inventories.map(treeOf);

function treeOf(input: Buffer): unknown {
  return parseYamlDocument(input, 'corpus').document?.value;
}

const shaped =
  (make: (random: Random) => string) =>
  (random: Random): Buffer =>
    Buffer.from(make(random));
const bombs = (all: Parameters<typeof bomb>[0]) => shaped((random) => bomb(all, random));
const trees = (all: readonly unknown[]) =>
  shaped((random) => writeTree(changedTree(random.pick(all), all, random), random));
const fixed = put('fixed/inventory.yml', INVENTORY);
const { inventory: known } = loadInventory([fixed], { cwd: folder });

/** YAML as such, inventories, files of variables, playbooks. */
export const documents: readonly FuzzTarget[] = [
  {
    name: 'yaml',
    corpus: [...playbooks, ...inventories],
    words: WORDS,
    shapes: [bombs(YAML_BOMBS), trees([...playbookTrees, ...inventoryTrees])],
    run(input) {
      const { document, diagnostics } = parseYamlDocument(input, 'p.yml');
      if (document === undefined && !hasErrors(diagnostics))
        throw new Error('neither a document nor an error');
      requireTellable(diagnostics);
    },
  },
  {
    name: 'inventory',
    corpus: inventories,
    words: WORDS,
    shapes: [bombs([...YAML_BOMBS, ...INVENTORY_BOMBS]), trees(inventoryTrees), trees(inventoryTrees)],
    run(input) {
      const path = put('inventory/inventory.yml', input);
      const { inventory, diagnostics } = loadInventory([path], { cwd: folder });
      requireTellable(diagnostics);
      if (inventory === undefined && !hasErrors(diagnostics))
        throw new Error('neither an inventory nor an error');
      if (inventory !== undefined) inventory.select('all:!web*');
    },
  },
  {
    name: 'variables',
    corpus: [
      Buffer.from('a: 1\nb: {c: [x, "{{ a }}"], d: !!str 3}\ne: |\n  text\n'),
      ...inventories,
      Buffer.from('{"a": {"b": [1, null]}}'),
    ],
    words: WORDS,
    shapes: [bombs(YAML_BOMBS), trees([...inventoryTrees, ...playbookTrees])],
    run(input) {
      put('variables/inventory.yml', INVENTORY);
      put('variables/group_vars/all.yml', input);
      const { inventory, diagnostics } = loadInventory([join(folder, 'variables/inventory.yml')], {
        cwd: folder,
      });
      requireTellable(diagnostics);
      if (inventory === undefined && !hasErrors(diagnostics))
        throw new Error('neither an inventory nor an error');
      const extra = readExtraVars([`@${join(folder, 'variables/group_vars/all.yml')}`]);
      requireTellable(extra.diagnostics);
    },
  },
  {
    name: 'playbook',
    corpus: playbooks,
    words: WORDS,
    shapes: [bombs([...YAML_BOMBS, ...PLAYBOOK_BOMBS]), trees(playbookTrees), trees(playbookTrees)],
    run(input, random) {
      const path = put('playbook/p.yml', input);
      put('playbook/more.yml', input.subarray(random.below(input.length + 1)));
      put('playbook/t.liquid', input.subarray(0, random.below(2000)));
      const loaded = loadPlaybooks([path], { cwd: folder });
      requireTellable(loaded.diagnostics);
      if (known === undefined) throw new Error('the inventory of this test is wrong');
      const built = buildPrograms({ playbooks: loaded.playbooks, inventory: known });
      requireTellable(built.diagnostics);
    },
  },
];
