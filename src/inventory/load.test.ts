import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatDiagnostics } from '../documents/format.ts';
import type { Inventory } from './inventory.ts';
import { type LoadInventoryOptions, loadInventory } from './load.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'inventory-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function write(files: Record<string, string | Uint8Array>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
}

function load(sources: readonly string[] | string, options: LoadInventoryOptions = {}): Inventory {
  const { inventory, diagnostics } = loadInventory([sources].flat(), { cwd, ...options });
  expect(formatDiagnostics(diagnostics)).toBe('');
  return inventory!;
}

function complaint(sources: readonly string[] | string): string {
  return formatDiagnostics(loadInventory([sources].flat(), { cwd }).diagnostics).replaceAll(cwd, '');
}

function variable(inventory: Inventory, host: string, name: string): unknown {
  return inventory.hosts.get(host)?.vars[name];
}

describe('groups and hosts', () => {
  test('of an Ansible inventory', () => {
    write({
      'inv.yml': `
all:
  children:
    web:
      hosts:
        web[01:03].x: {size: 2}
        web02.x: {size: 3}
    db:
      hosts: [db1, "db2:2222"]
      children:
        replicas: {hosts: db3}
  hosts:
    lonely:
ungrouped:
  hosts: {other: }
empty:
`,
    });
    const inventory = load('inv.yml');
    expect([...inventory.hosts.keys()]).toEqual([
      'web01.x',
      'web02.x',
      'web03.x',
      'db1',
      'db2',
      'db3',
      'lonely',
      'other',
    ]);
    expect(['web01.x', 'web02.x'].map((host) => variable(inventory, host, 'size'))).toEqual([2, 3]);
    expect(variable(inventory, 'db2', 'ansible_port')).toBe(2222);
    expect(inventory.hosts.get('db3')!.groups).toEqual(['db', 'replicas']);
    expect(inventory.groups.get('ungrouped')!.hosts).toEqual(['other', 'lonely']);
    expect(inventory.groups.get('all')!.children).toEqual(['db', 'empty', 'ungrouped', 'web']);
    expect(inventory.groups.get('replicas')).toMatchObject({ depth: 2, parents: ['db'] });
  });

  test('a host knows where it was first named', () => {
    write({ 'inv.yml': 'web:\n  hosts:\n    a: {x: 1}\n' });
    expect(load('inv.yml').hosts.get('a')!.position).toMatchObject({
      file: 'inv.yml',
      range: { start: { line: 3, column: 5 } },
    });
  });

  test("a subscript of a pattern counts in the group's own order", () => {
    write({ 'inv.yml': 'web: {hosts: [a, shared]}\ndb: {hosts: [b, shared]}\n' });
    const names = (pattern: string) =>
      load('inv.yml')
        .select(pattern)
        .hosts.map(({ name }) => name);
    expect([names('db[0]'), names('db[1]'), names('web:db')]).toEqual([
      ['b'],
      ['shared'],
      ['a', 'shared', 'b'],
    ]);
  });

  test('of an empty file', () => {
    write({ 'inv.yml': '' });
    expect(load('inv.yml').hosts.size).toBe(0);
  });
});

describe('sources', () => {
  test('are merged in order', () => {
    write({
      'a.yml': 'web: {hosts: {h: {x: a, y: a}}, vars: {g: a}}',
      'b.yml': 'web: {hosts: {h: {x: b}, i: }, vars: {g: b}}',
    });
    const inventory = load(['a.yml', 'b.yml']);
    expect(['x', 'y', 'g'].map((name) => variable(inventory, 'h', name))).toEqual(['b', 'a', 'b']);
    expect(variable(load(['b.yml', 'a.yml']), 'h', 'x')).toBe('a');
  });

  test('may be folders: their files are read in the order of their names', () => {
    write({
      'inv/20.yml': 'web: {hosts: {h: {x: 20}}}',
      'inv/10.yaml': 'web: {hosts: {h: {x: 10}}}',
      'inv/sub/30.json': '{"db": {"hosts": ["d"]}}',
      'inv/group_vars/web.yml': 'z: 1',
      'inv/.hidden.yml': '[',
      'inv/old.yml~': '[',
      'inv/README.md': 'text',
    });
    const inventory = load('inv');
    expect([...inventory.hosts.keys()]).toEqual(['h', 'd']);
    expect(['x', 'z'].map((name) => variable(inventory, 'h', name))).toEqual([20, 1]);
  });

  test('may be literal lists', () => {
    const inventory = load('web[1:2],db:2222,[2001:db8::1]:22,2001:db8::2,');
    expect([...inventory.hosts.keys()]).toEqual(['web1', 'web2', 'db', '2001:db8::1', '2001:db8::2']);
    expect(variable(inventory, 'db', 'ansible_port')).toBe(2222);
    expect(variable(inventory, '2001:db8::1', 'ansible_port')).toBe(22);
  });
});

describe('precedence', () => {
  /** Every place where a variable can be written, weakest first, with the file that it takes. */
  const places: readonly (readonly [string, string])[] = [
    ['all', 'inv/hosts.yml'],
    ['parent', 'inv/hosts.yml'],
    ['child', 'inv/hosts.yml'],
    ['inventory group_vars/all', 'inv/group_vars/all.yml'],
    ['playbook group_vars/all', 'play/group_vars/all.yml'],
    ['inventory group_vars, parent', 'inv/group_vars/parent.yml'],
    ['inventory group_vars, child', 'inv/group_vars/child.yml'],
    ['playbook group_vars, parent', 'play/group_vars/parent.yml'],
    ['playbook group_vars, child', 'play/group_vars/child.yml'],
    ['host', 'inv/hosts.yml'],
    ['inventory host_vars', 'inv/host_vars/h.yml'],
    ['playbook host_vars', 'play/host_vars/h.yml'],
  ];

  test.each(places.map((_, index) => index))('place %i wins over all before it', (strongest) => {
    const used = places.slice(0, strongest + 1);
    const inline = (place: string) =>
      used.some(([name]) => name === place) ? JSON.stringify({ x: place }) : '{}';
    write({
      'inv/hosts.yml': `
all: {vars: ${inline('all')}}
parent: {vars: ${inline('parent')}, children: {child: }}
child: {vars: ${inline('child')}, hosts: {h: ${inline('host')}}}
`,
    });
    for (const [place, file] of used)
      if (!file.endsWith('hosts.yml')) write({ [file]: JSON.stringify({ x: place }) });
    const inventory = load('inv/hosts.yml', { playbookDir: 'play' });
    expect(variable(inventory, 'h', 'x')).toBe(used.at(-1)![0]);
  });

  test('among groups: depth, then priority, then name', () => {
    write({
      'inv.yml': `
top: {vars: {x: top, ansible_group_priority: 99}, children: {a: , b: , c: }}
a: {vars: {x: a, y: a, ansible_group_priority: 10}, hosts: [h]}
b: {vars: {x: b, y: b, z: b}, hosts: [h]}
c: {vars: {x: c, z: c}, hosts: [h]}
`,
    });
    const inventory = load('inv.yml');
    expect(['x', 'y', 'z'].map((name) => variable(inventory, 'h', name))).toEqual(['a', 'a', 'c']);
    expect(Object.keys(inventory.hosts.get('h')!.vars)).not.toContain('ansible_group_priority');
  });

  test('a winning mapping replaces the other whole', () => {
    write({ 'inv.yml': 'all: {vars: {m: {a: 1, b: 2}}, hosts: {h: {m: {a: 3}}}}' });
    expect(variable(load('inv.yml'), 'h', 'm')).toEqual({ a: 3 });
  });

  test('the origin of a variable is told', () => {
    write({
      'inv.yml': 'web: {hosts: [h]}',
      'group_vars/web/10.yml': 'a: 1\nx: 1\n',
      'group_vars/web/20.yml': 'x: 2',
    });
    const host = load('inv.yml').hosts.get('h')!;
    expect(host.vars).toEqual({ a: 1, x: 2 });
    expect(host.origin('x')).toMatchObject({
      file: 'group_vars/web/20.yml',
      layer: 'inventory group_vars',
      owner: 'web',
    });
    expect(host.origin('a')!.range.start.line).toBe(1);
    expect(host.origin('nope')).toBeUndefined();
  });

  test('hosts with the same groups share their definitions', () => {
    write({ 'inv.yml': 'web: {hosts: {"h[1:3]": {own: 1}}, vars: {x: [1]}}' });
    const [a, b] = [...load('inv.yml').hosts.values()];
    expect(a!.definition('x')).toBe(b!.definition('x'));
    expect(a!.definition('own')).toBe(b!.definition('own'));
  });
});

describe('messages', () => {
  test.each<[string, Record<string, string | Uint8Array>, string?]>([
    ['cycle', { 'inv.yml': 'a:\n  children:\n    b:\nb:\n  children:\n    c:\nc:\n  children: [a]\n' }],
    ['group in itself', { 'inv.yml': 'a:\n  children:\n    a:\n' }],
    ['all as a child', { 'inv.yml': 'a:\n  children:\n    all:\n' }],
    ['hosts beside hosts', { 'inv.yml': 'web:\n  host:\n    h:\n' }],
    ['list of mappings', { 'inv.yml': 'web:\n  hosts:\n    - h: {x: 1}\n' }],
    ['a list at the top', { 'inv.yml': '- web\n' }],
    ['wrong port', { 'inv.yml': 'web:\n  hosts:\n    h: {ansible_port: 70000}\n' }],
    ['port as words', { 'inv.yml': 'web:\n  hosts:\n    h: {ansible_port: ssh}\n' }],
    [
      'misspelled connection variable',
      { 'inv.yml': 'web:\n  vars: {ansible_usr: x, ansible_become_user: y}\n  hosts: [h]\n' },
    ],
    [
      'legacy boolean',
      { 'inv.yml': 'web:\n  vars: {proxy: yes, text: "no", ansible_become: yes}\n  hosts: [h]\n' },
    ],
    ['unusable names', { 'inv.yml': 'web:\n  vars: {a-b: 1, package: 2}\n  hosts: [h]\n' }],
    ['bad range', { 'inv.yml': 'web:\n  hosts:\n    h[9:1]:\n    g[01:100]:\n    f[a:3]:\n' }],
    ['bad host name', { 'inv.yml': 'web:\n  hosts:\n    "a b":\n    "c*":\n' }],
    ['bad group name', { 'inv.yml': '"web,db":\n  hosts: [h]\n' }],
    ['host and group', { 'inv.yml': 'web:\n  hosts:\n    web:\n' }],
    ['priority', { 'inv.yml': 'web:\n  vars: {ansible_group_priority: high}\n  hosts: [h]\n' }],
    ['vars file is a list', { 'inv.yml': 'web: {hosts: [h]}', 'group_vars/web.yml': '- 1\n' }],
    ['vars file is broken', { 'inv.yml': 'web: {hosts: [h]}', 'host_vars/h.yml': 'a: [1\n' }],
    [
      'vars of nobody',
      { 'inv.yml': 'web: {hosts: [h]}', 'group_vars/wbe.yml': 'a: 1\n', 'group_vars/elsewhere.yml': 'a: 1' },
    ],
    [
      'shadowed vars',
      { 'inv.yml': 'web: {hosts: [h]}', 'group_vars/web.yml': 'a: 1\n', 'group_vars/web/x.yml': 'a: 2' },
    ],
    [
      'vault',
      {
        'inv.yml': 'web: {hosts: [h]}',
        'group_vars/web.yml': 'a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6132\n',
      },
    ],
    ['INI inventory', { hosts: '[web]\nh1\n' }, 'hosts'],
    [
      'a playbook',
      { 'inv.yml': '# Greeting\nhosts: web\nsteps:\n  - file: { path: /etc/motd, content: x }\n' },
    ],
    ["another tool's playbook", { 'inv.yml': '- hosts: web\n  tasks:\n    - ping:\n' }],
    ['missing file', {}, 'nowhere.yml'],
    ['empty folder', { 'inv/README.md': '' }, 'inv'],
    ['not UTF-8', { 'inv.yml': Uint8Array.from([0x61, 0x3a, 0x20, 0xff]) }],
  ])('%s', (_, files, source = 'inv.yml') => {
    write(files);
    expect(complaint(source)).toMatchSnapshot();
  });

  test('everything wrong is told at once', () => {
    write({ 'a.yml': 'web: {hots: }', 'b.yml': 'db: {hosts: {"x[2:1]": }}' });
    expect(complaint(['a.yml', 'b.yml', 'c.yml']).match(/error:/g)).toHaveLength(3);
  });
});
