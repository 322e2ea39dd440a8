import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { loadInventory } from '../inventory/load.ts';
import { buildPrograms } from './build-programs.ts';
import { checkArtifacts } from './check-artifacts.ts';
import { loadPlaybooks } from './load.ts';

async function check(playbook: string, files: Readonly<Record<string, string>> = {}, hosts = 'web1,web2,') {
  const cwd = tempFiles({ 'site.yml': playbook, ...files });
  const { inventory } = loadInventory([hosts], { cwd });
  const { playbooks, diagnostics } = loadPlaybooks(['site.yml'], { cwd });
  const built = buildPrograms({ playbooks, inventory: inventory! });
  expect([...diagnostics, ...built.diagnostics]).toEqual([]);
  const found = await checkArtifacts(built.programs);
  return found.map(({ severity, message }) => `${severity}: ${message.replaceAll(cwd, '…')}`);
}

const sum = (text: string) => createHash('sha256').update(text).digest('hex');

const UPLOAD = `
steps:
  - upload: { src: "tool-{{ facts.arch }}", dest: /opt/tool, sha256: "{{ sums[facts.arch] }}" }
`;

function pinned(sums: Readonly<Record<string, string>>): string {
  return `hosts: all\nvars: { sums: ${JSON.stringify(sums)} }${UPLOAD}`;
}

test('artifacts that are there and match their pins', async () => {
  const playbook = pinned({ amd64: sum('one'), arm64: sum('two') });
  expect(await check(playbook, { 'tool-amd64': 'one', 'tool-arm64': 'two' })).toEqual([]);
});

test('one that does not match is an error, also beside one that does', async () => {
  const playbook = pinned({ amd64: sum('one'), arm64: sum('two') });
  const found = await check(playbook, { 'tool-amd64': 'one', 'tool-arm64': 'other' });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(
    /^error: upload: tool-arm64 is not the pinned file.*\(where facts\.arch == "arm64"\)$/,
  );
});

test('one that is missing beside one that is there is a warning, all missing an error', async () => {
  const playbook = pinned({ amd64: sum('one'), arm64: sum('two') });
  expect(await check(playbook, { 'tool-amd64': 'one' })).toEqual([
    'warning: upload: tool-arm64 cannot be sent: there is no such file (…/tool-arm64) (where facts.arch == "arm64")',
  ]);
  expect(await check(playbook)).toEqual([
    `error: upload: none of the files that this step may need is there:
  - tool-amd64 cannot be sent: there is no such file (…/tool-amd64)
  - tool-arm64 cannot be sent: there is no such file (…/tool-arm64)`,
  ]);
});

test('without a table of pins nobody expects a file for every architecture', async () => {
  const playbook = 'hosts: all\nsteps: [ { upload: { src: "tool-{{ facts.arch }}", dest: /opt/tool } } ]\n';
  expect(await check(playbook, { 'tool-riscv64': 'x' })).toEqual([]);
});

test('a condition on the architecture is taken into account', async () => {
  const playbook = `
hosts: all
steps:
  - upload: { src: "tool-{{ facts.arch }}", dest: /opt/tool }
    when: facts.arch in ["amd64", "arm64"] && facts.os == "linux"
`;
  expect(await check(playbook, { 'tool-amd64': 'x' })).toEqual([
    'warning: upload: tool-arm64 cannot be sent: there is no such file (…/tool-arm64) (where facts.arch == "arm64" and facts.os == "linux")',
  ]);
});

test('facts that may be anything leave a step to the run', async () => {
  const playbook =
    'hosts: all\nsteps: [ { upload: { src: "tool-{{ facts.hostname }}", dest: /opt/tool } } ]\n';
  expect(await check(playbook)).toEqual([]);
});

test('what may fail only warns', async () => {
  const playbook = `
hosts: all
steps:
  - upload: { src: nowhere, dest: /opt/tool }
    ignore_errors: true
`;
  expect(await check(playbook)).toEqual([
    'warning: upload: nowhere cannot be sent: there is no such file (…/nowhere)',
  ]);
});

test('steps that differ from host to host are checked for each, and told once', async () => {
  const playbook = `
hosts: all
steps:
  - upload: { src: "files/{{ inventory_hostname }}", dest: /opt/tool }
  - file: { path: "etc/{{ inventory_hostname }}", content: "" }
  - file: { path: "/etc/motd", content: "", mode: "{{ inventory_hostname == 'h2' ? 'x' : '0644' }}" }
`;
  const found = await check(playbook, { 'files/h1': 'x', 'files/h3': 'x' }, 'h[1:5],');
  expect(found).toEqual([
    expect.stringMatching(/^error: upload: files\/h2 cannot .* on h2$/),
    expect.stringMatching(/^error: upload: files\/h4 cannot .* on h4$/),
    expect.stringMatching(/^error: upload: files\/h5 cannot .* on h5$/),
    expect.stringMatching(/^error: file: `path` .*"etc\/h1".* on h1 \(and the like on 4 more\)$/),
    expect.stringMatching(/^error: file: `mode` .*"x".* on h2$/),
  ]);
});

test('arguments are tried once for all names that look alike, and for each name when one of them does not fit', async () => {
  const playbook = 'hosts: all\nsteps: [ { directory: { path: "{{ root }}{{ inventory_hostname }}" } } ]\n';
  const wrong = playbook.replace('hosts: all\n', 'hosts: all\nvars: { root: "srv/" }\n');
  const right = playbook.replace('hosts: all\n', 'hosts: all\nvars: { root: "/srv/" }\n');
  expect(await check(right, {}, 'web1,web2,db1,')).toEqual([]);
  const found = await check(wrong, {}, 'web1,web2,db1,');
  expect(found.join('\n')).toMatch(/srv\/web1/);
  expect(found.join('\n')).toMatch(/srv\/web2/);
  expect(found.join('\n')).toMatch(/srv\/db1/);
});

test('nothing is known of the account that a step acts as, also where the step is about that account', async () => {
  const step = '{ env: { name: app, user: NAME, set: { A: b } } }';
  const me = userInfo().username;
  expect(await check(`hosts: all\nsteps: [ ${step.replace('NAME', me)} ]\n`)).toEqual([]);
  const as = `become: true\nbecome_user: app\nsteps: [ ${step.replace('NAME', 'app')} ]\n`;
  expect(await check(`hosts: all\n${as}`)).toEqual([]);
});
