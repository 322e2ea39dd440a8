import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatDiagnostics } from '../documents/format.ts';
import { compileTemplate } from '../expressions/template.ts';
import { compileValue } from '../expressions/value.ts';
import { Secret } from '../secrets/secret.ts';
import { connectionOf } from './connection.ts';
import { hostScope } from './host-scope.ts';
import type { Host } from './inventory.ts';
import { loadInventory } from './load.ts';
import { graph, hostReport, toJson } from './report.ts';

const folder = mkdtempSync(join(tmpdir(), 'inventory-'));
afterAll(() => rmSync(folder, { recursive: true }));

function inventoryOf(text: string) {
  writeFileSync(join(folder, 'inv.yml'), text);
  return loadInventory(['inv.yml'], { cwd: folder }).inventory!;
}

function host(variables: Record<string, unknown>): Host {
  return inventoryOf(`web: {hosts: {h: ${JSON.stringify(variables)}}}`).hosts.get('h')!;
}

describe('connection', () => {
  test('of a host without variables', () => {
    expect(connectionOf(host({}))).toEqual({
      connection: { address: 'h', kind: 'ssh', proxyJump: [] },
      diagnostics: [],
    });
  });

  test('variables of the command line win, whichever name of the same thing the inventory uses', () => {
    const web = host({ ansible_user: 'ops', ansible_become_pass: 'old-one', ansible_port: 22, letters: 'x' });
    const extra = new Map([
      ['ansible_ssh_user', compileValue('deploy-{{ letters }}')],
      ['ansible_become_password', compileValue('new-one')],
    ]);
    const { connection } = connectionOf(web, hostScope(web), extra);
    expect(connection).toMatchObject({ user: 'deploy-x', port: 22 });
    expect(connection?.becomePassword?.reveal()).toBe('new-one');
    const wrong = connectionOf(web, hostScope(web), new Map([['ansible_port', compileValue('ssh')]]));
    expect(wrong.diagnostics.map(({ message }) => message)).toEqual([
      '-e: `ansible_port` must be a port (1 to 65535)',
    ]);
  });

  test('with everything', () => {
    const variables = {
      ansible_host: '{{ inventory_hostname }}.{{ domain }}',
      domain: 'internal',
      ansible_port: '2222',
      ansible_user: 'ops',
      ansible_ssh_private_key_file: '~/.ssh/id',
      provision_known_hosts: 'known_hosts',
      provision_proxy_jump: 'a@b:22, c',
      ansible_become: 'yes',
      ansible_become_user: 'root',
      ansible_become_method: 'community.general.doas',
      ansible_become_password: '{{ domain }}-hunter2',
    };
    expect(connectionOf(host(variables))).toEqual({
      diagnostics: [],
      connection: {
        address: 'h.internal',
        port: 2222,
        user: 'ops',
        privateKeyFile: '~/.ssh/id',
        knownHostsFile: 'known_hosts',
        proxyJump: [{ user: 'a', host: 'b', port: 22 }, { host: 'c' }],
        become: true,
        becomeUser: 'root',
        becomeMethod: 'doas',
        becomePassword: expect.any(Secret),
        kind: 'ssh',
      },
    });
  });

  test.each(['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass'])(
    'the password to become others with is in %s, and is not shown',
    (name) => {
      const { connection } = connectionOf(host({ secret: ' hunter2', [name]: '{{ secret }}' }));
      expect(connection?.becomePassword?.reveal()).toBe(' hunter2');
      expect(JSON.stringify(connection)).not.toContain('hunter2');
    },
  );

  test("with Ansible's older names, and null for what is not set", () => {
    const variables = {
      ansible_ssh_host: 'x',
      ansible_ssh_port: 23,
      ansible_ssh_user: 'u',
      ansible_host: null,
    };
    expect(connectionOf(host(variables)).connection).toMatchObject({ address: 'x', port: 23, user: 'u' });
  });

  test('local', () => {
    expect(connectionOf(host({ ansible_connection: 'local' })).connection).toMatchObject({ kind: 'local' });
  });

  test.each<[string, unknown, number]>([
    ['-o ProxyJump=ops@bastion:22', [{ user: 'ops', host: 'bastion', port: 22 }], 0],
    ['-J a,b -o ControlMaster=auto', [{ host: 'a' }, { host: 'b' }], 0],
    ['-Ja -C', [{ host: 'a' }], 0],
    ['-J "{{ bastion }}"', [{ host: 'gate' }], 0],
    ['-o ProxyJump=none -J a', 'none', 0],
    ['-o "ProxyCommand=ssh -W %h:%p -q -p 23 ops@gate"', [{ user: 'ops', host: 'gate', port: 23 }], 0],
    ['-o ProxyCommand="ssh -l ops -W %h:%p gate" -J x', [{ user: 'ops', host: 'gate' }], 0],
    ['-o StrictHostKeyChecking=no', [], 1],
    ['-o ForwardAgent=yes -v', [], 1],
  ])('OpenSSH arguments %s', (value, hops, warnings) => {
    const variables = { ansible_ssh_common_args: value, bastion: 'gate' };
    const { connection, diagnostics } = connectionOf(host(variables));
    expect(connection!.proxyJump).toEqual(hops);
    expect(diagnostics.map(({ severity }) => severity)).toEqual(Array(warnings).fill('warning'));
  });

  test.each([
    ['-o "ProxyCommand=nc %h %p"', 'ProxyCommand is not supported'],
    ['-o "ProxyCommand=ssh -i key -W %h:%p gate"', 'ProxyCommand is not supported'],
    ['-o "ProxyCommand=ssh gate nc %h %p"', 'ProxyCommand is not supported'],
    ['-o ProxyCommand="nc', 'a quote has no end'],
    ['-J {{ nowhere }}', 'cannot be read'],
  ])('OpenSSH arguments that would lead elsewhere: %s', (value, message) => {
    const { connection, diagnostics } = connectionOf(host({ ansible_ssh_common_args: value }));
    expect(connection).toBeUndefined();
    expect(formatDiagnostics(diagnostics)).toContain(message);
  });

  test.each<[unknown, unknown]>([
    ['none', 'none'],
    ['', 'none'],
    [[], 'none'],
    [
      ['a', 'ssh://b@c:4'],
      [{ host: 'a' }, { user: 'b', host: 'c', port: 4 }],
    ],
    ['[fe80::1]:22', [{ host: 'fe80::1', port: 22 }]],
  ])('provision_proxy_jump: %j', (value, hops) => {
    expect(connectionOf(host({ provision_proxy_jump: value })).connection?.proxyJump).toEqual(hops);
  });

  test.each<Record<string, unknown>>([
    { ansible_port: '{{ 70000 }}' },
    { ansible_host: '{{ nowhere }}' },
    { ansible_become: '{{ "maybe" }}' },
    { ansible_become_method: 'pbrun' },
    { ansible_become_pass: '{{ "hunter2\\n" }}' },
    { ansible_sudo_pass: '' },
    { ansible_user: '{{ [1] }}' },
    { ansible_connection: 'winrm' },
    { provision_proxy_jump: '{{ 5 }}' },
  ])('%j is refused', (variables) => {
    const { connection, diagnostics } = connectionOf(host(variables));
    expect(connection).toBeUndefined();
    expect(formatDiagnostics(diagnostics)).not.toContain('hunter2');
    expect(formatDiagnostics(diagnostics)).toMatchSnapshot();
  });

  test('templates may use what the playbook defines', () => {
    const target = host({ ansible_host: '{{ site }}.x' });
    const scope = hostScope(target).extend({ variables: [new Map([['site', compileValue('north')]])] });
    expect(connectionOf(target, scope).connection!.address).toBe('north.x');
  });
});

const sample = `
all: {vars: {domain: internal}}
fleet:
  children:
    web:
      hosts: {web1.x: {role: "{{ inventory_hostname_short }}-{{ domain }}"}, web2.x: }
    db: {hosts: {db1: {ansible_password: hunter2}}}
`;

test('a host scope holds variables and what every host has', () => {
  const inventory = inventoryOf(sample);
  const scope = hostScope(inventory.hosts.get('web1.x')!, inventory);
  const lookup = (name: string) => scope.lookup(name);
  expect(lookup('role')).toMatchObject({ value: 'web1-internal' });
  expect(lookup('inventory_hostname')).toMatchObject({ value: 'web1.x' });
  expect(lookup('group_names')).toMatchObject({ value: ['fleet', 'web'] });
  expect(lookup('groups')).toMatchObject({
    value: { web: ['web1.x', 'web2.x'], fleet: ['web1.x', 'web2.x', 'db1'] },
  });
  expect(hostScope(inventory.hosts.get('db1')!).lookup('ansible_password')).toMatchObject({
    sensitive: true,
  });
});

test('a host scope reaches the variables of other hosts', () => {
  const inventory = inventoryOf(sample);
  const scope = hostScope(inventory.hosts.get('db1')!, inventory);
  const evaluate = (text: string) => compileValue(text).evaluate(scope);
  expect(evaluate('{{ hostvars["web1.x"].role }}')).toMatchObject({ value: 'web1-internal' });
  expect(evaluate('{{ groups.web.map(h, hostvars[h].inventory_hostname_short) }}')).toMatchObject({
    value: ['web1', 'web2'],
  });
  expect(evaluate('{{ hostvars["db1"].ansible_password }}')).toMatchObject({
    value: 'hunter2',
    sensitive: true,
  });
  expect(evaluate('{{ default(hostvars["web2.x"].role, "none") }}')).toMatchObject({ value: 'none' });
  expect(evaluate('{{ hostvars.wbe1 }}')).toMatchObject({
    ok: false,
    reason: '`hostvars` has no member `wbe1`',
  });
  expect(scope.lookup('hostvars')).toMatchObject({ ok: false, hint: 'take one: hostvars["…"]' });
  const template = '{% for h in groups.web %}{{ hostvars[h].inventory_hostname }} {% endfor %}';
  expect(compileTemplate(template, 'hosts').render(scope)).toMatchObject({ text: 'web1.x web2.x ' });
});

test('graph', () => {
  expect(graph(inventoryOf(sample))).toBe(`@all:
  |--@fleet:
  |  |--@db:
  |  |  |--db1
  |  |--@web:
  |  |  |--web1.x
  |  |  |--web2.x
  |--@ungrouped:`);
});

test('graph and JSON of some hosts name no other', () => {
  const inventory = inventoryOf(sample);
  const limited = (name: string) => name === 'web2.x';
  expect(graph(inventory, limited)).toBe('@all:\n  |--@fleet:\n  |  |--@web:\n  |  |  |--web2.x');
  expect(toJson(inventory, limited)).toEqual({
    _meta: { hostvars: { 'web2.x': { domain: 'internal' } } },
    all: { children: ['fleet'] },
    fleet: { children: ['web'] },
    web: { hosts: ['web2.x'] },
  });
});

test('host report where there is no room for both: places below', () => {
  expect(hostReport(inventoryOf(sample).hosts.get('db1')!, 50)).toBe(`db1
groups: db, fleet
  ansible_password: "********"
      # host (db1), inv.yml:7
  domain: "internal"  # all (all), inv.yml:2`);
});

test('host report', () => {
  expect(hostReport(inventoryOf(sample).hosts.get('db1')!)).toBe(`db1
groups: db, fleet
  ansible_password: "********"  # host (db1), inv.yml:7
  domain: "internal"            # all (all), inv.yml:2`);
});

test('JSON in the shape of ansible-inventory, without passwords', () => {
  const json = toJson(inventoryOf(sample));
  expect(JSON.parse(JSON.stringify(json))).toEqual({
    _meta: {
      hostvars: {
        'web1.x': { domain: 'internal', role: '{{ inventory_hostname_short }}-{{ domain }}' },
        'web2.x': { domain: 'internal' },
        db1: { domain: 'internal', ansible_password: '********' },
      },
    },
    all: { children: ['fleet', 'ungrouped'] },
    fleet: { children: ['db', 'web'] },
    web: { hosts: ['web1.x', 'web2.x'] },
    db: { hosts: ['db1'] },
  });
});
