import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const execute = promisify(execFile);

let lab: Lab;
let hosts: readonly LabHost[];
let directory: string;
let inventory: string;
let playbook: string;

beforeAll(async () => {
  lab = await openLab({ name: labName('cli-test') });
  hosts = await lab.up({ bookworm: 2, busybox: 1 });
  directory = mkdtempSync(join(tmpdir(), 'provision-cli-'));
  inventory = join(directory, 'inventory.yml');
  await lab.writeInventory(inventory);
  playbook = file('play.yml', {
    hosts: 'all',
    steps: [{ name: 'A note', file: { path: '/etc/note', content: 'one\n', mode: '0644' } }],
  });
});
afterAll(async () => {
  await lab?.down();
  if (directory !== undefined) rmSync(directory, { recursive: true });
});

function file(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** An inventory of one lab host that says nothing about host keys. */
function strangers(name: string, host: LabHost): string {
  const vars = {
    ansible_host: host.address,
    ansible_user: 'root',
    ansible_ssh_private_key_file: lab.privateKey,
  };
  return file(name, { all: { hosts: { stranger: vars } } });
}

/** Runs a command line and sends a signal as soon as its output says something. */
async function stopAt(word: RegExp, signal: NodeJS.Signals, args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  let sent = false;
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    if (!sent && word.test(stdout)) sent = child.kill(signal);
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const { code } = await ended(child);
  return { code, stdout, stderr };
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
}

describe('the life of a fleet, as a person sees it', () => {
  test('dry run, apply, nothing to do, drift, and back', async () => {
    const dryRun = await provision(['-i', inventory, playbook, '--dry-run', '--detailed-exitcode']);
    expect(dryRun.code, dryRun.stderr).toBe(2);
    expect(dryRun.stdout).toContain('3 hosts would change  (1 change each)');
    expect(dryRun.stdout).toContain('+ file /etc/note  mode 0644, owner root, group root, 4 bytes');
    expect(dryRun.stdout).toContain('Nothing was written.');
    const applied = await provision(['-i', inventory, playbook]);
    expect(applied.code, applied.stderr).toBe(0);
    expect(applied.stdout).toContain('3 hosts changed  (1 change each)');
    const again = await provision(['-i', inventory, playbook, '--dry-run', '--detailed-exitcode']);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('Nothing to change.');
    const clean = await provision(['drift', '-i', inventory, playbook]);
    expect(clean.code).toBe(0);
    expect(clean.stdout).toContain('No drift.');
    await lab.exec(hosts[0]!, 'chmod 0666 /etc/note; echo two >>/etc/note');
    const drift = await provision(['drift', '-i', inventory, playbook, '--diff'], {
      env: { LANG: 'C.UTF-8' },
    });
    expect(drift.code).toBe(2);
    expect(drift.stdout).toContain(`${hosts[0]!.name} has drifted  (2 differences)`);
    expect(drift.stdout).toContain('mode is 0666, should be 0644');
    expect(drift.stdout).toContain('\n      -two\n');
    expect(drift.stdout).toMatch(/3 hosts: 2 clean, 1 drifted/);
    expect((await provision(['-i', inventory, playbook])).code).toBe(0);
  });

  test('without a terminal there are no control characters, and no colour', async () => {
    const { stdout, stderr } = await provision(['-i', inventory, playbook, '-vv'], { env: { NO_COLOR: '' } });
    expect(stdout + stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
    expect(stdout.split('\n').filter((line) => /ok {2}[0-9.]+ s$/.test(line))).toHaveLength(3);
  });

  test('--json puts events on standard output and nothing else', async () => {
    const { events, stdout, stderr, code } = await provision(['-i', inventory, playbook, '--json', '-vv']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toHaveLength(events.length);
    expect(events[0]).toMatchObject({ event: 'run-started', format: 1, mode: 'apply' });
    expect(events.at(-1)).toMatchObject({ event: 'run-finished', hosts: 3, ok: 3, changes: 0 });
  });
});

describe('mistakes are told before any connection', () => {
  test.each([
    [['-i', 'none.yml'], 'none.yml: error: cannot read the file'],
    [['-l', 'bookwrm'], 'did you mean `bookworm`?'],
    [['-t', 'nothing'], 'nothing'],
    [['-e', 'oops'], '--extra-vars: "oops" is no variable'],
    [['--private-key', 'none'], 'the private key none: there is no such file'],
  ])('%j', async (args, message) => {
    const first = args[0] === '-i' ? [] : ['-i', inventory];
    const { code, stderr, stdout } = await provision([...first, playbook, ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('as events too', async () => {
    const { code, events } = await provision(['-i', inventory, playbook, '-e', 'oops', '--json']);
    expect(code).toBe(1);
    expect(events).toMatchObject([{ event: 'diagnostic', severity: 'error', code: 'bad-extra-vars' }]);
  });
});

describe('host keys', () => {
  test('an unknown host is refused; accept-new writes it down; then it is known', async () => {
    const own = strangers('strangers.yml', hosts[0]!);
    const known = join(directory, 'known_hosts');
    const args = ['-i', own, playbook, '--dry-run', '--known-hosts', known];
    const refused = await provision(args);
    expect(refused.code).toBe(4);
    const { stdout: scanned } = await execute('ssh-keyscan', ['-t', 'ed25519', hosts[0]!.address]);
    file('scanned', scanned);
    const { stdout: listed } = await execute('ssh-keygen', ['-lf', join(directory, 'scanned')]);
    expect(refused.stdout).toContain(listed.split(' ')[1]);
    expect(refused.stdout).toContain(`ssh-keyscan -t ed25519 ${hosts[0]!.address} >> ${known}`);
    const accepted = await provision([...args, '--host-key-checking', 'accept-new']);
    expect(accepted.code).toBe(0);
    expect(accepted.stderr).toContain('accepted');
    expect(readFileSync(known, 'utf8')).toBe(scanned.replace(/^#.*\n/gm, ''));
    expect((await provision(args)).code).toBe(0);
    // OpenSSH reads what was written, and this program reads what OpenSSH hashes.
    await execute('ssh-keygen', ['-F', hosts[0]!.address, '-f', known]);
    await execute('ssh-keygen', ['-H', '-f', known]);
    expect(readFileSync(known, 'utf8')).toMatch(/^\|1\|/);
    expect((await provision(args)).code).toBe(0);
  });

  test('a changed key is refused, also with accept-new', async () => {
    const own = strangers('changed.yml', hosts[1]!);
    const { stdout: others } = await execute('ssh-keyscan', ['-t', 'ed25519', hosts[0]!.address]);
    const known = file('changed_hosts', others.replaceAll(hosts[0]!.address, hosts[1]!.address));
    const args = [
      '-i',
      own,
      playbook,
      '--dry-run',
      '--known-hosts',
      known,
      '--host-key-checking',
      'accept-new',
    ];
    const { code, stdout } = await provision(args);
    expect(code).toBe(4);
    expect(stdout).toContain('has CHANGED');
    expect(stdout.match(/SHA256:[A-Za-z0-9+/]{43}/g)?.length).toBeGreaterThanOrEqual(2);
    expect(stdout).toContain(`ssh-keygen -f ${known} -R ${hosts[1]!.address}`);
  });
});

describe('a run that is stopped', () => {
  test('SIGINT ends in order: what is under way is finished, the rest is not looked at, exit code 130', async () => {
    const slow = file('slow.yml', {
      hosts: hosts[0]!.name,
      steps: [{ command: { argv: ['/bin/sleep', '3'] } }, { file: { path: '/etc/after', content: 'x\n' } }],
    });
    const args = ['-i', inventory, slow, '--json'];
    const { code, stdout, stderr } = await stopAt(/"step-started"/, 'SIGINT', args);
    expect(code).toBe(130);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(stderr).toContain('Interrupted');
    const steps = events.filter(({ event }) => event === 'step-finished');
    expect(steps.map(({ status }) => status)).toEqual(['changed', 'unreached']);
    expect(events.at(-1)).toMatchObject({ event: 'run-finished', interrupted: true });
    expect((await lab.exec(hosts[0]!, 'test ! -e /etc/after')).code).toBe(0);
  });

  test('nobody waits for a host that does not answer', async () => {
    await lab.cut(hosts[1]!);
    try {
      const args = ['-i', inventory, playbook, '--connect-timeout', '60'];
      const { code, stdout } = await stopAt(/ s\n.* s\n/s, 'SIGTERM', args);
      expect(code).toBe(130);
      expect(stdout).toContain(`${hosts[1]!.name} not finished`);
    } finally {
      await lab.heal(hosts[1]!);
    }
  });

  test('a reader that has seen enough ends a dry run quietly, and does not stop an apply', async () => {
    const shell = (args: string): ChildProcess =>
      spawn(
        'sh',
        ['-c', `{ ${process.execPath} ${MAIN} ${args}; echo $? >${directory}/code; } | head -n 1`],
        {
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
    let said = '';
    const dryRun = shell(`-i ${inventory} ${playbook} --dry-run --json`);
    dryRun.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    await ended(dryRun);
    expect(said).toBe('');
    expect(readFileSync(join(directory, 'code'), 'utf8')).toBe('130\n');
    await lab.exec(hosts[0]!, 'rm -f /etc/note');
    await lab.exec(hosts[2]!, 'rm -f /etc/note');
    await ended(shell(`-i ${inventory} ${playbook} --json`));
    expect(readFileSync(join(directory, 'code'), 'utf8')).toBe('0\n');
    for (const host of hosts) expect((await lab.exec(host, 'cat /etc/note')).stdout).toBe('one\n');
  });
});

test('completion prints a script, and completes', async () => {
  expect(await provision(['completion', 'bash'])).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('complete -o default -F _provision_completion provision'),
  });
  const commands = await provision(['--get-completions', 'dr']);
  expect(commands).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^drift\t/m) });
  const options = await provision(['--get-completions', 'drift', '--de']);
  expect(options).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^--deep\t/m) });
});

describe('facts and inventory', () => {
  test('facts of hosts, for people and for programs', async () => {
    const told = await provision(['facts', '-i', inventory, 'arch', 'os']);
    expect(told.code).toBe(0);
    expect(told.stdout).toContain(`${hosts[0]!.name}\n  arch  amd64\n  os    linux\n`);
    const { events } = await provision([
      'facts',
      '-i',
      inventory,
      'arch',
      '--json',
      '--limit',
      hosts[0]!.name,
    ]);
    expect(events).toEqual([{ event: 'facts', host: hosts[0]!.name, facts: { arch: 'amd64' } }]);
  });

  test('a host that cannot be asked: exit code 4, the others are told', async () => {
    await lab.killSshd(hosts[1]!);
    const { code, stdout } = await provision(['facts', '-i', inventory, 'arch']);
    await lab.startSshd(hosts[1]!);
    expect(code).toBe(4);
    expect(stdout).toContain('refused the connection');
    expect(stdout).toContain('arch  amd64');
  });

  test('what a pattern selects', async () => {
    const { stdout } = await provision(['inventory', '-i', inventory, '--limit', 'bookworm']);
    expect(stdout).toBe('bookworm1\nbookworm2\n');
  });
});
