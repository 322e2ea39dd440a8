import { expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { loadInventory } from '../inventory/load.ts';
import { buildPrograms } from './build-programs.ts';
import { type HostDifference, hostGroups } from './host-classes.ts';
import { loadPlaybooks } from './load.ts';
import { referencesOf } from './step-references.ts';

const INVENTORY = `
all:
  vars: { everywhere: 1, through: "{{ by_group }}" }
  children:
    one: { hosts: { "a[1:500]": }, vars: { by_group: x } }
    two: { hosts: { "b[1:500]": , "c1": { by_host: z } }, vars: { by_group: y, by_host: y } }
`;

/** The classes of the hosts, and the variables that a step with this path uses. */
function stepOf(text: string, more = '') {
  const cwd = tempFiles({
    'hosts.yml': INVENTORY,
    'site.yml': `hosts: all\nvars: { played: "{{ through }}" }\nsteps:\n  - file: { path: "${text}" }\n${more}`,
  });
  const { inventory } = loadInventory(['hosts.yml'], { cwd });
  const { playbooks } = loadPlaybooks(['site.yml'], { cwd });
  const { programs } = buildPrograms({ playbooks, inventory: inventory! });
  const [group] = hostGroups(programs);
  const { play, steps } = group!.programs[0].sections[0]!;
  const { vars } = steps[0]!;
  return { classes: group!.classes[0]!, references: referencesOf(steps[0]!, play), vars };
}

/** How many hosts are in each class, for a step that uses these variables. */
function classes(by: HostDifference, text: string, more = ''): readonly number[] {
  const step = stepOf(text, more);
  return step.classes.split(by, step.references, step.vars).map(({ length }) => length);
}

test('hosts are told apart by the variables that are used, and by no others', () => {
  expect(classes('values', '/etc/motd')).toEqual([1001]);
  expect(classes('values', '/etc/{{ everywhere }}')).toEqual([1001]);
  expect(classes('values', '/etc/{{ by_group }}')).toEqual([500, 501]);
  expect(classes('values', '/etc/{{ by_group }}-{{ by_host }}')).toEqual([500, 500, 1]);
});

test('also by those that are used through others', () => {
  expect(classes('values', '/etc/{{ played }}')).toEqual([500, 501]);
  expect(classes('values', '/etc/{{ by_host }}', '    vars: { by_host: "{{ everywhere }}" }\n')).toEqual([
    1001,
  ]);
});

test('what the tool itself gives makes values differ, not definitions', () => {
  expect(classes('definitions', '/etc/{{ inventory_hostname }}')).toEqual([1001]);
  expect(classes('values', '/etc/{{ inventory_hostname }}')).toHaveLength(1001);
  expect(classes('values', '/etc/{{ size(groups.one) }}')).toEqual([1001]);
  expect(classes('values', '/etc/{{ group_names[0] }}')).toEqual([500, 501]);
});

test('by the shape of names, where a name is only written into longer texts', () => {
  expect(classes('shapes', '/etc/{{ inventory_hostname }}')).toEqual([19, 180, 802]);
  expect(classes('shapes', '/etc/{{ inventory_hostname }}-{{ by_group }}')).toHaveLength(6);
  expect(classes('shapes', '{{ inventory_hostname }}')).toHaveLength(1001);
  expect(classes('shapes', "/etc/{{ inventory_hostname + 'x' }}")).toHaveLength(1001);
  expect(classes('shapes', '/etc/{{ inventory_hostname }}/{{ size(inventory_hostname) }}')).toHaveLength(
    1001,
  );
});

test('the first of each shape stands for all that look alike', () => {
  const { classes: hosts, references, vars } = stepOf('/etc/{{ inventory_hostname }}-{{ by_group }}');
  const values = hosts.split('values', references, vars);
  const places = hosts.likeNoOther(references, vars);
  // a1, a10, a100, b1, b10 and b100; c1 has the shape of b1.
  expect(places).toEqual([0, 9, 99, 500, 509, 599]);
  const firsts = hosts.split('shapes', references, vars).map(([host]) => host);
  expect(places.map((place) => values[place]![0])).toEqual(firsts);
});
