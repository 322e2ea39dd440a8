import { expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { loadInventory } from '../inventory/load.ts';
import { loadPlaybooks } from './load.ts';
import { unusedExtraVars } from './unused-extra.ts';

const PLAYBOOK = `
- hosts: web
  vars: { port: 80, text: "{{ greeting }}" }
  steps:
    - name: "{{ title }}"
      file: { path: "/etc/{{ text }}", template: app.liquid }
      when: enabled
      register: written
      tags: rare
    - directory: { path: "{{ item }}" }
      loop: "{{ directories }}"
      vars: { own: "{{ from_step_vars }}" }
- hosts: db
  vars_files: shared.yml
  steps:
    - file: { path: /etc/b, content: "{{ default(perhaps, 1) }}" }
`;

function unused(
  extra: readonly string[],
  options: { readonly playbook?: string; readonly fromFile?: boolean } = {},
): readonly string[] {
  const cwd = tempFiles({
    'site.yml': options.playbook ?? PLAYBOOK,
    'app.liquid': '{% if in_template %}{{ facts.arch }}{% endif %}{{ port }}\n',
    'shared.yml': 'kept: "{{ from_vars_file }}"\n',
    'hosts.yml':
      'web: { hosts: { web1: { ansible_host: "{{ address }}" } } }\ndb: { hosts: { db1: { ansible_host: "{{ address }}" } } }\n',
  });
  const { inventory, diagnostics } = loadInventory(['hosts.yml'], { cwd });
  const { playbooks, diagnostics: wrong } = loadPlaybooks(['site.yml'], { cwd });
  expect([...diagnostics, ...wrong]).toEqual([]);
  const point = { line: 3, column: 1, offset: 9 };
  const origin = { file: 'lab.yml', range: { start: point, end: point } };
  const names = extra.map((name) => (options.fromFile === true ? { name, origin } : { name }));
  return unusedExtraVars(names, playbooks, inventory!).map(
    ({ file, message, hint }) => `${file ?? ''}: ${message} (${hint ?? ''})`,
  );
}

test('what is used anywhere is used, whatever tags and hosts are chosen', () => {
  const used = ['port', 'text', 'greeting', 'title', 'enabled', 'directories', 'own', 'from_step_vars'];
  // `own` is only set: it cannot be of use from outside.
  expect(unused([...used, 'perhaps', 'in_template', 'from_vars_file', 'address'])).toEqual([
    expect.stringContaining('nothing uses the variable `own`'),
  ]);
});

test('how hosts are reached, and what is meant to be unused', () => {
  expect(unused(['ansible_user', 'ansible_become_password', 'ansible_python_interpreter', '_spare'])).toEqual(
    [],
  );
});

test.each([
  ['prot', '-e: nothing uses the variable `prot` (did you mean `port`?)'],
  ['Enabled', '-e: nothing uses the variable `Enabled` (did you mean `enabled`?)'],
  ['ansible_usr', '-e: nothing uses the variable `ansible_usr` (did you mean `ansible_user`?)'],
  [
    'something',
    '-e: nothing uses the variable `something` (in use: `address`, `directories`, `enabled`, `from_step_vars`, `from_vars_file`, `greeting`, `in_template`, `perhaps`, `port`, `text`, `title`)',
  ],
])('%s', (name, message) => {
  expect(unused([name])).toEqual([`: ${message}`]);
});

test('a result is not proposed, nor what is given already', () => {
  expect(unused(['writen', 'port', 'portt']).map((text) => text.replace(/\(in use.*/, ''))).toEqual([
    ': -e: nothing uses the variable `writen` ',
    ': -e: nothing uses the variable `portt` ',
  ]);
});

test('a file may hold variables for other playbooks: only misspellings are told, with their place', () => {
  expect(unused(['something', 'prot'], { fromFile: true })).toEqual([
    'lab.yml: nothing uses the variable `prot` (did you mean `port`?)',
  ]);
});

test('a template whose name is only known on the host may use anything', () => {
  const playbook =
    'hosts: web\nsteps:\n  - file: { path: /etc/a, template: "{{ inventory_hostname }}.liquid" }\n';
  expect(unused(['something'], { playbook })).toEqual([]);
});
