import { expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { loadInventory } from '../inventory/load.ts';
import { Opener } from '../secrets/opener.ts';
import { lintPlaybooks } from './lint.ts';

async function lint(playbook: string, files: Readonly<Record<string, string>> = {}) {
  const cwd = tempFiles({
    'site.yml': playbook,
    'hosts.yml': 'web: { hosts: { web1: , web2: } }\n',
    ...files,
  });
  const { inventory } = loadInventory(['hosts.yml'], { cwd });
  const found = await lintPlaybooks({ playbooks: ['site.yml'], inventory: inventory!, cwd });
  return found.map(({ severity, message, range }) => `${range?.start.line} ${severity}: ${message}`);
}

test('a playbook in order has nothing to be said about', async () => {
  const found = await lint(
    `
hosts: web
vars: { name: app, port: 80, _spare: 1, text: "{{ name }}" }
steps:
  - file: { path: "/etc/{{ text }}", template: app.liquid }
    register: config
  - command: { argv: [systemctl, restart, app], creates: /run/app }
    register: _
  - command: [systemctl, reload, app]
    when: config.changed
`,
    { 'app.liquid': 'port = {{ port }}\n' },
  );
  expect(found).toEqual([]);
});

test('what nothing uses', async () => {
  const found = await lint(
    `
hosts: web
vars: { unused: 1, used: 2 }
vars_files: shared.yml
steps:
  - file: { path: "/etc/{{ used }}", content: "" }
    register: result
`,
    { 'shared.yml': 'for_others: 1\n' },
  );
  expect(found).toEqual([
    '3 warning: nothing uses the variable `unused`',
    '7 warning: no step uses the result `result`',
  ]);
});

test('a command that runs whatever the state of the host', async () => {
  const found = await lint(`
hosts: web
steps:
  - command: [apt-get, update]
  - command: { argv: [make-it], creates: /srv/it }
  - command: { argv: [uptime], read_only: true }
`);
  expect(found).toEqual(['4 warning: this command runs on every apply, whatever state the host is in']);
});

test('a user to become without becoming', async () => {
  const found = await lint(`
hosts: web
steps:
  - file: { path: /srv/a, content: "" }
    become_user: app
  - file: { path: /srv/b, content: "" }
    become: true
    become_user: app
`);
  expect(found).toEqual(['4 warning: `become_user` has no effect without `become`']);
});

test('without an inventory, what does not depend on hosts', async () => {
  const cwd = tempFiles({
    'site.yml': 'hosts: web\nsteps:\n  - file: { path: /etc/a, contnet: "{{ x }}" }\n',
  });
  const found = await lintPlaybooks({ playbooks: ['site.yml'], cwd });
  expect(found.map(({ message }) => message)).toEqual(['unknown key `contnet`']);
});

test('one user of a host is become in one way', async () => {
  const files = { 'hosts.yml': 'web: { hosts: { web1: , web2: }, vars: { ansible_user: ops } }\n' };
  const found = await lint(
    `
hosts: web
become: true
steps:
  - file: { path: /a, content: "" }
  - file: { path: /b, content: "" }
    become_method: su
  - file: { path: /c, content: "" }
    become_method: doas
    become_user: app
  - file: { path: /d, content: "" }
    become: false
    become_method: doas
`,
    files,
  );
  expect(found).toEqual([
    '6 error: this step becomes "root" with su, an earlier one with sudo: a host has one shell for each user',
  ]);
  expect(
    await lint('{ hosts: web, become_method: su, steps: [ { file: { path: /a, content: "" } } ] }'),
  ).toEqual(['1 warning: `become_method` has no effect without `become`']);
});

test('a secret that is not read is found where everyone on a host could read it', async () => {
  const cwd = tempFiles({
    'site.yml': `
hosts: web
vars:
  login: { user: app, token: "{{ of_env }}" }
  made: "x {{ login.token }}"
  people: [{ name: ann, token: "{{ of_env }}" }]
steps:
  - command: ["{{ facts.arch }}", "{{ login.user }}"]
  - command: [echo, "{{ made }}"]
  - command: { shell: "echo {{ facts.arch }} {{ of_file }}", creates: /x }
  - command: { argv: [ls], unless: "test {{ login.token }}", env: { T: "{{ of_env }}" }, stdin: "{{ made }}" }
  - command: [echo, "{{ defined(of_env) ? 'a' : 'b' }}"]
  - command: [echo, "{{ group_names[0] == 'web' ? login.user : of_env }}"]
  - command: [echo, "{{ item.name }}"]
    loop: "{{ people }}"
  - command: [echo, "{{ of_env }}"]
    when: inventory_hostname == "no such"
  - file: { path: /etc/token, content: "{{ made }}" }
`,
    'hosts.yml': `
web:
  hosts: { web1: , web2: { of_file: plain } }
  vars: { of_env: !secret {env: NOWHERE}, of_file: !secret {file: nowhere} }
`,
  });
  const opener = new Opener({
    identities: () => ({ identities: [], diagnostics: [] }),
    passphrase: async () => undefined,
    vaultPasswords: () => ({ passwords: [], diagnostics: [] }),
    unread: 'a check reads no secrets',
  });
  const { inventory } = loadInventory(['hosts.yml'], { cwd, read: opener.read });
  const found = await lintPlaybooks({
    playbooks: ['site.yml'],
    inventory: inventory!,
    cwd,
    read: opener.read,
  });
  const problems = found.filter(({ severity }) => severity === 'error');
  expect(
    problems.map(({ message, range }) => `${range?.start.line}:${range?.start.column} ${message}`),
  ).toEqual([
    expect.stringMatching(/^9:25 command: `command` holds a secret/),
    expect.stringMatching(/^10:49 command: `shell` holds a secret.* on web1$/),
    expect.stringMatching(/^11:45 command: `unless` holds a secret/),
    expect.stringMatching(/^12:33 command: `command` holds a secret/),
    expect.stringMatching(/^14:25 command: `command` holds a secret/),
  ]);
  expect(problems[0]?.hint).toContain('`env`');
});
