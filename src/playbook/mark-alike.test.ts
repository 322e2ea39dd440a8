import { expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { loadInventory } from '../inventory/load.ts';
import { buildPrograms } from './build-programs.ts';
import { loadPlaybooks } from './load.ts';
import { markAlike } from './mark-alike.ts';

const INVENTORY = `
all:
  vars: { everywhere: 1 }
  children:
    one: { hosts: { "a[1:5]": }, vars: { by_group: x } }
    two: { hosts: { "b[1:5]": , "c1": { by_host: z, ansible_user: other } }, vars: { by_group: y, by_host: y } }
`;

/** How many hosts are alike, in the order of the inventory. */
function alike(steps: string, files: Readonly<Record<string, string>> = {}): readonly number[] {
  const cwd = tempFiles({ 'hosts.yml': INVENTORY, 'site.yml': `hosts: all\nsteps:\n${steps}`, ...files });
  const { inventory } = loadInventory(['hosts.yml'], { cwd });
  const { playbooks } = loadPlaybooks(['site.yml'], { cwd });
  const { programs } = buildPrograms({ playbooks, inventory: inventory!, defaults: { user: 'root' } });
  const counts = new Map<unknown, number>();
  for (const { host, alike: mark = host } of markAlike(programs)) {
    counts.set(mark, (counts.get(mark) ?? 0) + 1);
  }
  return [...counts.values()];
}

test('hosts with the same values and users are alike', () => {
  expect(alike('  - file: { path: /etc/motd }\n')).toEqual([10, 1]);
  expect(alike('  - file: { path: "/etc/{{ everywhere }}" }\n')).toEqual([10, 1]);
  expect(alike('  - file: { path: "/etc/{{ by_group }}" }\n')).toEqual([5, 5, 1]);
});

test('any step may tell them apart', () => {
  const steps = `
  - file: { path: /etc/motd }
  - file: { path: /etc/motd }
    when: by_group == "x"
  - { name: "for {{ inventory_hostname }}", file: { path: /etc/motd } }
`;
  expect(alike(steps)).toHaveLength(11);
  expect(alike(steps.split('\n').slice(0, 4).join('\n'))).toEqual([5, 5, 1]);
});

test('a template counts with what it names', () => {
  const template = '  - file: { path: /etc/motd, template: motd.liquid }\n';
  expect(alike(template, { 'motd.liquid': 'hello' })).toEqual([10, 1]);
  expect(alike(template, { 'motd.liquid': 'hello {{ by_group }}' })).toEqual([5, 5, 1]);
});
