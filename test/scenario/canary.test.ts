import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encryptAge, newIdentity } from '../../src/secrets/age.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliResult, provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';

/**
 * A canary in every place where a secret can be, and nowhere that anybody looks. Each place has a marker too, which is
 * no secret and goes the same way: where the marker is found and the canary is not, the place was really looked at.
 */
const CANARY = 'cAnArY';
const MARKER = 'mArKeR';
/** Long enough that `base64` breaks it into lines. */
const LONG = Array.from({ length: 12 }, (_, at) => `${CANARY}-word-${at}`).join(' ');
const BECOME_PASSWORD = `${CANARY}-become-5501`;
const FIXTURES = fileURLToPath(new URL('../../src/secrets/fixtures/', import.meta.url));

let lab: Lab;
let hosts: readonly LabHost[];
let directory: string;
let hash: string;
const said: { readonly name: string; readonly text: string }[] = [];

beforeAll(async () => {
  lab = await openLab({ name: labName('canary') });
  hosts = await lab.up({ bullseye: 1, bookworm: 1, trixie: 1, busybox: 1 });
  await lab.reset(...hosts);
  directory = mkdtempSync(join(tmpdir(), 'provision-canary-'));
  mkdirSync(join(directory, 'group_vars'));
  hash = execFileSync('openssl', ['passwd', '-6', '-salt', `${CANARY}Salt`, 'anything'], {
    encoding: 'utf8',
  }).trim();
  const { identity, recipient } = await newIdentity();
  file('identity.txt', identity.reveal());
  const encrypted = (text: string): Promise<string> =>
    encryptAge(Buffer.from(text), { recipients: [recipient] });
  file('group_vars/all.yml.age', await encrypted(VARIABLES.replace('HASH', hash)));
  file('extra.yml', await encrypted(`extra: ${CANARY}-extra-01\n`));
  file('group_vars/all.yml', ELSEWHERE);
  file('vault.yml', readFileSync(join(FIXTURES, 'vault-1.2.yml'), 'utf8'));
  file('secret.txt', `${CANARY}-file-31\n`);
  file('page.liquid', `{{ age | upcase }} {{ age }} ${MARKER}-template\n`);
  file('playbook.yml', PLAYBOOK);
  await writeInventory();
});
afterAll(async () => {
  if (directory !== undefined) rmSync(directory, { recursive: true });
  await lab?.down();
});

const VARIABLES = `
age: ${CANARY}-age-7f3a1
lines: |
  ${CANARY}-first-line
  ${CANARY}-second-line
people:
  - { name: ann, token: ${CANARY}-loop-11 }
  - { name: bob, token: ${CANARY}-loop-22 }
long: ${LONG}
hash: "HASH"
number: 20261127
`;

const ELSEWHERE = `
of_env: !secret {env: CANARY_ENV}
of_file: !secret {file: ../secret.txt}
of_command: !secret {command: [printf, ${CANARY}-command-41]}
made: "{{ of_env }}/{{ of_file }}"
open: ${MARKER}-open
`;

const PLAYBOOK = `
hosts: all
become: true
vars_files: [vault.yml]
steps:
  - name: Folder
    directory: { path: /etc/app, mode: "0700" }
  - name: "Name {{ age }} ${MARKER}-name"
    file: { path: /etc/app/content, mode: "0600", content: "{{ age }} ${MARKER}-content\\n" }
  - name: Old text
    file: { path: /etc/app/old, mode: "0600", content: "{{ made }} {{ b64encode(age) }} {{ upper(of_command) }}\\n" }
  - name: No secret
    file: { path: /etc/app/open, content: "{{ open }} {{ facts.arch }}\\n" }
  - name: Template
    file: { path: /etc/app/template, mode: "0600", template: page.liquid }
  - name: Lines
    file: { path: /etc/app/lines, mode: "0600", content: "{{ lines }}" }
  - name: Extra and vault
    file: { path: /etc/app/more, mode: "0600", content: "{{ extra }} {{ db_password }} {{ number }}\\n" }
  - name: Command
    command:
      shell: 'printf "%s\\n" "$TOKEN" "$OPEN"; cat; printf %s "$TOKEN" | base64; echo "$TOKEN" >&2'
      env: { TOKEN: "{{ age }}", OPEN: "${MARKER}-told" }
      stdin: "{{ of_command }}"
      read_only: true
    register: told
  - name: In lines, and as a name
    ignore_errors: true
    command:
      shell: 'printf %s "$LONG" | base64; printf "user:%s" "$LONG" | base64; ls -d "/$NAME" 2>&1; echo ${MARKER}-lines; exit 3'
      env: { LONG: "{{ long }}", NAME: "{{ age }}\\té" }
  - name: Registered
    file: { path: /etc/app/registered, mode: "0600", content: "{{ told.stdout }}" }
  - name: "Loop ${MARKER}-loop {{ item.name }} {{ item.token }}"
    loop: "{{ people }}"
    file: { path: "/etc/app/{{ item.name == people[0].name ? 'a' : 'b' }}", mode: "0600", content: "{{ item.token }}" }
  - name: Fails
    ignore_errors: true
    command:
      shell: 'echo "$TOKEN ${MARKER}-stdout"; echo "$TOKEN ${MARKER}-stderr" >&2; exit 3'
      env: { TOKEN: "{{ of_file }}" }
  - name: Watched by ps
    command: [sh, -c, ": ${MARKER}-ps; sleep 2"]
  - name: Hidden
    no_log: true
    register: hidden
    command: { shell: "printf '${CANARY.slice(0, 3)}%s\\n' ${CANARY.slice(3)}-no-log; exit 0", creates: /etc/app/never }
    ignore_errors: true
  - name: User
    user: { name: canaryuser, password: "{{ hash }}", comment: ${MARKER}-user }
  - name: Keys
    authorized_keys:
      user: canaryuser
      keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGoqnWfMnKM0Xn2dUEtOBvFMZzgbx2p3e8oqCKBPTTp2 {{ age }}"]
  - directory: { path: /etc/profile.d }
  - name: Environment
    env: { name: canary, set: { TOKEN: "{{ age }}", OPEN: "{{ open }}" } }
  - name: Skipped
    when: age == "no"
    file: { path: /etc/app/skipped, content: "{{ age }}" }
`;

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** On Debian the login user becomes root with a password. */
async function writeInventory(): Promise<void> {
  const entries = hosts.map((host) => [
    host.name,
    {
      ansible_host: host.address,
      ansible_port: host.port,
      ansible_user: host.distro === 'busybox' ? 'root' : 'carl',
      ...(host.distro === 'busybox' ? {} : { ansible_become_password: '{{ become_password }}' }),
      ansible_ssh_private_key_file: lab.privateKey,
      provision_known_hosts: lab.knownHosts,
    },
  ]);
  const text = JSON.stringify({
    all: { vars: { become_password: 'SECRET' }, hosts: Object.fromEntries(entries) },
  });
  file('hosts.yml', text.replace('"SECRET"', '!secret {env: CANARY_BECOME}'));
  for (const host of hosts.filter(({ distro }) => distro !== 'busybox')) {
    await lab.exec(
      host,
      `useradd -m -s /bin/sh carl && mkdir -p /home/carl/.ssh && cp /root/.ssh/authorized_keys /home/carl/.ssh/ &&
        chown -R carl /home/carl/.ssh && echo 'carl ALL=(ALL) ALL' >/etc/sudoers.d/carl`,
    );
    await lab.exec(host, ['chpasswd'], { stdin: `carl:${BECOME_PASSWORD}\n` });
  }
}

/** Runs it, and keeps all that it says to be searched. */
async function run(name: string, ...args: string[]): Promise<CliResult> {
  const keys = [
    '--identity',
    join(directory, 'identity.txt'),
    '--vault-password-file',
    join(FIXTURES, 'vault-password.txt'),
  ];
  const result = await provision(args[0] === 'report' ? args : [...args, ...keys], {
    cwd: directory,
    env: {
      CANARY_ENV: `${CANARY}-env-21`,
      CANARY_BECOME: BECOME_PASSWORD,
      XDG_CACHE_HOME: join(directory, 'cache'),
      PROVISION_DEBUG: '1',
    },
  });
  said.push({ name, text: `${result.stdout}\n${result.stderr}` });
  return result;
}

/** Everything that must not be seen: the canaries, what is made of them, and hashes by which they could be found. */
function secrets(): readonly RegExp[] {
  const texts = [
    `${CANARY}-age-7f3a1`,
    `${CANARY}-command-41`,
    `${CANARY}-env-21`,
    BECOME_PASSWORD,
    `${CANARY}-loop-11`,
  ];
  const hex = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
  return [
    /canary-?[a-z]*-(?!no$)/i,
    new RegExp(CANARY, 'i'),
    /vault-canary/,
    /20261127/,
    ...base64Lines(LONG),
    ...base64Lines(`user:${LONG}`),
    ...texts.map((text) => new RegExp(Buffer.from(text).toString('base64').slice(0, 12))),
    new RegExp(hex(`${CANARY}-age-7f3a1 ${MARKER}-content\n`)),
    new RegExp(hex(`${CANARY}-loop-11`)),
    new RegExp(hex(`${CANARY}-first-line\n${CANARY}-second-line\n`)),
  ];
}

function base64Lines(text: string): readonly RegExp[] {
  const lines = Buffer.from(text).toString('base64').match(/.{76}/g) ?? [];
  return lines.map((line) => new RegExp(line.slice(12, 40).replaceAll('+', '\\+')));
}

/** Names that the playbook itself has in the clear. */
function withoutNames(text: string): string {
  return text
    .replaceAll(
      /canaryuser|provision-canary|canary\.(?:sh|csh|fish)|env canary|CANARY_(?:ENV|BECOME)|\w*-canary-\d+/g,
      'x',
    )
    .replaceAll(/\bcanary\b/g, 'x');
}

function findings(text: string): readonly string[] {
  return secrets().flatMap((secret) => {
    const clean = withoutNames(text);
    const found = secret.exec(clean);
    return found === null
      ? []
      : [`${secret}: …${clean.slice(Math.max(0, found.index - 80), found.index + 60)}…`];
  });
}

/** Prints what processes were seen with a canary or a marker in their argument lists, until it is stopped. */
async function watchProcesses(host: LabHost): Promise<() => Promise<string>> {
  const watch = `while [ ! -e /run/watch-end ]; do
    sleep 0.05
    for p in /proc/[0-9]*/cmdline; do tr '\\000' ' ' <"$p" 2>/dev/null; echo; done | grep -a '[c]An[A]rY\\|[m]Ar[K]eR-ps' >>/run/watch-seen
  done`;
  await lab.exec(
    host,
    `( setsid sh -c "$WATCH" </dev/null >/dev/null 2>&1 & ) 2>/dev/null; true`.replace(
      '"$WATCH"',
      `'${watch.replaceAll("'", `'\\''`)}'`,
    ),
  );
  return async () => {
    await lab.exec(host, 'touch /run/watch-end; sleep 1');
    const { stdout } = await lab.exec(host, 'cat /run/watch-seen; rm -f /run/watch-seen /run/watch-end');
    return stdout.toString();
  };
}

describe('a canary in every place is seen nowhere', () => {
  const seen = new Map<string, string>();
  const logs = new Map<string, string>();
  const disk = new Map<string, readonly string[]>();

  beforeAll(async () => {
    for (const host of hosts) {
      await lab.exec(
        host,
        `mkdir -p /etc/app && chmod 700 /etc/app && echo ${CANARY}-the-old-one >/etc/app/old && chmod 600 /etc/app/old`,
      );
    }
    const watches = new Map<string, () => Promise<string>>();
    for (const host of hosts) watches.set(host.name, await watchProcesses(host));
    const common = ['-i', 'hosts.yml', 'playbook.yml', '-e', '@extra.yml'];
    expect((await run('dry run', ...common, '--dry-run', '--diff', '-vvv')).code).toBe(0);
    const applied = await run('apply', ...common, '--json', '--diff', '-vvv');
    expect(applied.code, applied.stderr + applied.stdout.slice(-3000)).toBe(0);
    writeFileSync(join(directory, 'part.jsonl'), applied.stdout);
    await run('again', ...common, '-vvv');
    await run('drift', 'drift', ...common, '--json', '--diff');
    expect((await run('merge', 'report', 'merge', 'part.jsonl', '--diff', '-vv')).code).toBe(0);
    await run('merge json', 'report', 'merge', 'part.jsonl', '--json');
    await run('facts', 'facts', '-i', 'hosts.yml', 'arch');
    await run('inventory', 'inventory', '-i', 'hosts.yml', '--list');
    for (const { name } of hosts) {
      await run('one host', 'inventory', '-i', 'hosts.yml', '--host', name);
      seen.set(name, await watches.get(name)!());
    }
    const search = async (host: LabHost): Promise<void> => {
      const journal = host.distro === 'busybox' ? '' : 'journalctl --no-pager -o verbose;';
      logs.set(
        host.name,
        (await lab.exec(host, `${journal} cat /var/log/* 2>/dev/null; true`)).stdout.toString(),
      );
      const { stdout } = await lab.exec(
        host,
        `find / /run /tmp /dev/shm /var -xdev -type f -mmin -30 -exec grep -l -e 'c[A]nArY' -e 'C[A]NARY-' {} + </dev/null 2>/dev/null; true`,
      );
      disk.set(host.name, [...new Set(stdout.toString().split('\n').filter(Boolean))].sort());
    };
    await Promise.all(hosts.map(search));
  }, 300_000);

  test('in what is said: standard output and error, events, merged reports', () => {
    for (const { name, text } of said) expect(findings(text), name).toEqual([]);
  });

  test('and all of that was looked at', () => {
    const text = (wanted: string): string => said.find(({ name }) => name === wanted)?.text ?? '';
    for (const marker of ['name', 'open', 'loop', 'ps', 'lines']) {
      expect(text('apply'), marker).toContain(`${MARKER}-${marker}`);
    }
    for (const marker of ['stdout', 'stderr'])
      expect(text('apply')).toContain(`******** ${MARKER}-${marker}`);
    expect(text('dry run')).toContain(`+${MARKER}-open`);
    expect(text('dry run')).toContain('hidden: holds a secret');
    expect(text('merge')).toContain('hidden: holds a secret');
    expect(text('inventory')).toContain(`${MARKER}-open`);
    expect(said.map(({ name }) => name)).toContain('facts');
  });

  test('in the process lists of hosts', () => {
    for (const { name } of hosts) {
      expect(seen.get(name), name).toContain(`${MARKER}-ps`);
      expect(seen.get(name), name).not.toContain(CANARY);
    }
  });

  test('in the logs of hosts', () => {
    for (const { name, distro } of hosts) {
      expect(logs.get(name)?.includes(CANARY), name).toBe(false);
      // sudo tells every command there.
      if (distro !== 'busybox') expect(logs.get(name)).toContain('COMMAND=');
    }
  });

  test('on the disks of hosts, but where it is meant to be', () => {
    for (const { name } of hosts) {
      const meant = (disk.get(name) ?? []).filter(
        (path) =>
          /^\/etc\/(app\/\w+|shadow-?|profile\.d\/canary\.sh|gshadow-?)$/.test(path) ||
          /\/authorized_keys$/.test(path) ||
          /^\/etc\/profile\.d\//.test(path),
      );
      expect(disk.get(name), name).toEqual(meant);
      expect(meant).toContain('/etc/app/content');
      expect(meant).toContain('/etc/app/template');
    }
  });

  test('in what the controller remembers', () => {
    const cache = join(directory, 'cache');
    const files = readdirSync(cache, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(0);
    const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    for (const text of texts) expect(findings(text)).toEqual([]);
  });
});

describe('mistakes tell no secret either', () => {
  const step = (text: string): string => file('wrong.yml', `hosts: all\nbecome: true\nsteps:\n  - ${text}\n`);

  test.each([
    ['a program', 'command: [echo, "{{ age }}"]', 'command: `command` holds a secret'],
    ['a text for sh', 'command: "echo {{ age }}"', 'command: `command` holds a secret'],
    [
      'a guard',
      'command: { argv: [ls], unless: "grep {{ age }} /x", env: { A: b } }',
      '`unless` holds a secret',
    ],
  ])('%s with a secret is refused before any host is asked', async (_, text, message) => {
    const result = await run('refused', '-i', 'hosts.yml', step(text));
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(message);
    expect(findings(result.stdout + result.stderr)).toEqual([]);
  });

  test.each([
    ['a condition', 'file: { path: /etc/x, content: x }\n    when: age', 'gives a secret, not true or false'],
    ['a wrong type', 'file: { path: /etc/x, content: x, mode: "{{ age }}" }', '`mode`'],
    ['a path', 'file: { path: "{{ age }}", content: x }', 'path'],
    ['a member', 'file: { path: /etc/x, content: "{{ age.member }}" }', 'age'],
    ['a call', 'file: { path: /etc/x, content: "{{ int(age) }}" }', 'int'],
    [
      'an assertion',
      'assert: { that: [ { condition: "{{ age == \'x\' }}", message: "it is {{ age }}" } ] }',
      'it is ****',
    ],
  ])('%s', async (_, text, message) => {
    const result = await run('wrong', '-i', 'hosts.yml', step(text));
    expect(result.code, result.stdout).not.toBe(0);
    expect(result.stdout + result.stderr).toContain(message);
    expect(findings(result.stdout + result.stderr)).toEqual([]);
  });
});
