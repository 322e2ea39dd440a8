/**
 * The places where the dry run of a well-known peer (its check mode) is wrong, each on a real host: what the
 * dry run says must be what apply then does.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliResult, changesByHost, provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f one';

let lab: Lab;
let host: LabHost;
let directory: string;
let inventory: string;

beforeAll(async () => {
  lab = await openLab({ name: labName('checkmode') });
  [host] = (await lab.up({ bookworm: 1 })) as [LabHost];
  directory = mkdtempSync(join(tmpdir(), 'provision-check-'));
  inventory = join(directory, 'inventory.yml');
  await lab.writeInventory(inventory);
  mkdirSync(join(directory, 'tree', 'top'), { recursive: true });
  writeFileSync(join(directory, 'tree', 'top', 'a.txt'), 'a\n');
  execFileSync('tar', ['-C', join(directory, 'tree'), '-czf', join(directory, 'a.tar.gz'), 'top']);
});
afterAll(async () => {
  await lab?.down();
  if (directory !== undefined) rmSync(directory, { recursive: true });
});
beforeEach(async () => {
  await lab.reset(host);
});

interface Told {
  readonly dryRun: CliResult;
  readonly apply: CliResult;
  readonly changes: readonly Readonly<Record<string, unknown>>[];
}

/** Dry run, then apply; both must tell the same changes and end with the same exit code. */
async function tell(steps: readonly unknown[], prepare?: string): Promise<Told> {
  if (prepare !== undefined) {
    const made = await lab.exec(host, prepare);
    expect(made.code, made.stderr).toBe(0);
  }
  const playbook = join(directory, 'play.yml');
  writeFileSync(playbook, JSON.stringify({ hosts: 'all', steps }));
  const dryRun = await provision(['-i', inventory, playbook, '--dry-run', '--json']);
  const apply = await provision(['-i', inventory, playbook, '--json']);
  expect(apply.code, apply.stdout + apply.stderr).toBe(dryRun.code);
  expect(changesByHost(apply)).toEqual(changesByHost(dryRun));
  const changes = (changesByHost(dryRun)[host.name] ?? []) as readonly Readonly<Record<string, unknown>>[];
  return { dryRun, apply, changes };
}

function failure(result: CliResult): string {
  return result.events.map((event) => JSON.stringify(event.failure ?? event.problems ?? '')).join('\n');
}

describe('the dry run is right where check mode is wrong', () => {
  test('keys for a user that an earlier step creates', async () => {
    const { apply, changes } = await tell([
      { user: { name: 'deploy' } },
      { authorized_keys: { user: 'deploy', keys: [KEY] } },
    ]);
    expect(apply.code).toBe(0);
    expect(changes).toContainEqual(
      expect.objectContaining({ resource: 'user', target: 'deploy', action: 'create' }),
    );
  });

  test('a file whose owner an earlier step creates', async () => {
    const { apply, changes } = await tell([
      { user: { name: 'app' } },
      { file: { path: '/etc/app.conf', content: 'x\n', owner: 'app' } },
    ]);
    expect(apply.code).toBe(0);
    expect(changes.at(-1)).toMatchObject({
      target: '/etc/app.conf',
      action: 'create',
      after: { owner: 'app' },
    });
  });

  test('a user with a group that an earlier step creates', async () => {
    const { apply, changes } = await tell([
      { group: { name: 'ops2' } },
      { user: { name: 'app', groups: ['ops2'] } },
    ]);
    expect(apply.code).toBe(0);
    expect(changes.map(({ target }) => target)).toContain('ops2');
  });

  test('an archive extracted into a directory that an earlier step creates', async () => {
    const { apply, changes } = await tell([
      { upload: { src: 'a.tar.gz', dest: '/opt/a.tar.gz' } },
      { directory: { path: '/opt/apps' } },
      { extract: { src: '/opt/a.tar.gz', dest: '/opt/apps/a' } },
    ]);
    expect(apply.code).toBe(0);
    expect(changes.at(-1)).toMatchObject({ target: '/opt/apps/a', action: 'create' });
  });

  test('an archive that is extracted and one that is not are told apart', async () => {
    const steps = [
      { upload: { src: 'a.tar.gz', dest: '/opt/a.tar.gz' } },
      { extract: { src: '/opt/a.tar.gz', dest: '/opt/a' } },
    ];
    const first = await tell(steps);
    expect(first.changes.map(({ target }) => target)).toEqual(['/opt/a.tar.gz', '/opt/a']);
    const second = await tell(steps);
    expect(second.changes).toEqual([]);
    // Another file in its place: what is written into a file is not looked for within a day (docs/operations.md, proofs).
    const moved = await tell(steps, 'sed -i s/a/b/ /opt/a/top/a.txt');
    expect(moved.changes.map(({ target }) => target)).toContain('/opt/a/top/a.txt');
  });

  test('a file in a directory that nobody creates fails, and nothing is written', async () => {
    const { dryRun, changes } = await tell([{ file: { path: '/opt/none/x', content: 'x\n' } }]);
    expect(dryRun.code).toBe(3);
    expect(changes).toEqual([]);
    expect(failure(dryRun)).toContain('/opt/none does not exist');
  });

  test('a file with an owner that does not exist fails before it is written', async () => {
    const { dryRun } = await tell([{ file: { path: '/etc/x', content: 'x\n', owner: 'nobodyhere' } }]);
    expect(dryRun.code).toBe(3);
    expect(failure(dryRun)).toContain('nobodyhere');
    expect((await lab.exec(host, 'ls /etc/x')).code).not.toBe(0);
  });

  test('a managed block in a file that does not exist is created as told', async () => {
    const { apply, changes } = await tell([
      { user: { name: 'app' } },
      { env: { name: 'app', user: 'app', rc: '.bash_profile', set: { APP_HOME: '/opt/app' } } },
    ]);
    expect(apply.code).toBe(0);
    expect(changes.at(-1)).toMatchObject({ target: '/home/app/.bash_profile', action: 'create' });
  });

  test('a command without a guard is listed as what it is: it runs', async () => {
    const { apply, changes } = await tell([
      { command: { argv: ['/bin/touch', '/opt/ran'] }, register: 'touched' },
    ]);
    expect(apply.code).toBe(0);
    expect(changes).toEqual([expect.objectContaining({ resource: 'command', action: 'run' })]);
    expect((await lab.exec(host, 'ls /opt/ran')).code).toBe(0);
  });

  test('what depends on the result of a command that has not run is called unknown, not skipped', async () => {
    const playbook = join(directory, 'register.yml');
    writeFileSync(
      playbook,
      JSON.stringify({
        hosts: 'all',
        steps: [
          { command: { argv: ['/bin/echo', 'yes'] }, register: 'answer' },
          { file: { path: '/etc/answer', content: 'x\n' }, when: 'answer.stdout.startsWith("yes")' },
        ],
      }),
    );
    const dryRun = await provision(['-i', inventory, playbook, '--dry-run', '--json']);
    const steps = dryRun.events.filter(({ event }) => event === 'step-finished');
    expect(steps.map(({ status }) => status)).toEqual(['changed', 'deferred']);
    expect(String(steps[1]?.reason)).toContain('only after it has run');
    const apply = await provision(['-i', inventory, playbook, '--json']);
    expect(apply.code).toBe(0);
    expect((await lab.exec(host, 'cat /etc/answer')).stdout).toBe('x\n');
  });

  test('what a command may change besides is said to be taken for granted, and apply looks again', async () => {
    const playbook = join(directory, 'assumes.yml');
    writeFileSync(
      playbook,
      JSON.stringify({
        hosts: 'all',
        steps: [
          { file: { path: '/etc/motd', content: 'x\n' } },
          { name: 'Surprise', command: { shell: 'echo y >/etc/motd2; rm -f /etc/motd3' } },
          { file: { path: '/etc/motd2', content: 'x\n' } },
          { verify: { path: '/etc/motd3', sha256: '0'.repeat(64) }, ignore_errors: true },
        ],
      }),
    );
    await lab.exec(host, 'echo x >/etc/motd; echo x >/etc/motd2');
    const dryRun = await provision(['-i', inventory, playbook, '--dry-run', '--json']);
    const steps = dryRun.events.filter(({ event }) => event === 'step-finished');
    expect(steps.map(({ status }) => status)).toEqual(['ok', 'changed', 'ok', 'deferred']);
    expect(
      steps.map(({ assumes }) => (assumes as { name: string }[] | undefined)?.map(({ name }) => name)),
    ).toEqual([undefined, undefined, ['Surprise'], undefined]);
    const told = await provision(['-i', inventory, playbook, '--dry-run']);
    expect(told.stdout).toContain('Taken for granted');
    expect(told.stdout).toContain('1 later step is told as if this changed nothing');
    const apply = await provision(['-i', inventory, playbook, '--json']);
    expect(apply.code).toBe(0);
    expect((await lab.exec(host, 'cat /etc/motd2')).stdout).toBe('x\n');
    const finished = apply.events.find(({ event }) => event === 'host-finished');
    expect(finished?.surprises).toMatchObject([{ predicted: [], made: [{ target: '/etc/motd2' }] }]);
  });

  test('a drift check, which runs no commands, still asks what comes after them', async () => {
    const playbook = join(directory, 'ask.yml');
    writeFileSync(
      playbook,
      JSON.stringify({
        hosts: 'all',
        steps: [
          { command: { argv: ['/bin/true'] } },
          { command: { argv: ['/bin/cat', '/etc/hostname'], read_only: true, expect: { stdout: 'other' } } },
        ],
      }),
    );
    const drift = await provision(['drift', '-i', inventory, playbook, '--json']);
    const steps = drift.events.filter(({ event }) => event === 'step-finished');
    expect(steps.at(-1)).toMatchObject({ status: 'failed' });
  });

  test('a service whose unit an earlier step brings', async () => {
    const unit = '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n';
    const { apply, changes } = await tell([
      { file: { path: '/etc/systemd/system/sleeper.service', content: unit } },
      { service: { name: 'sleeper', state: 'started', enabled: true } },
    ]);
    expect(apply.code).toBe(0);
    expect(changes.filter(({ resource }) => resource === 'service')).not.toEqual([]);
    expect((await lab.exec(host, 'systemctl is-active sleeper; systemctl is-enabled sleeper')).stdout).toBe(
      'active\nenabled\n',
    );
  });

  test('a keys file that everybody may write is drift, although the key is there', async () => {
    const { apply, changes } = await tell(
      [{ authorized_keys: { user: 'ops', keys: [KEY] } }],
      `printf '%s\\n' '${KEY}' >>/home/ops/.ssh/authorized_keys; chown ops:ops /home/ops/.ssh/authorized_keys; chmod 0666 /home/ops/.ssh/authorized_keys`,
    );
    expect(apply.code).toBe(0);
    expect(changes).toEqual([
      expect.objectContaining({
        target: '/home/ops/.ssh/authorized_keys',
        attribute: 'mode',
        before: '0666',
        after: '0600',
      }),
    ]);
  });

  test('an unrestricted duplicate before the restricted key is drift when the set is exclusive', async () => {
    const restricted = `restrict,command="/bin/true" ${KEY}`;
    const { apply, changes } = await tell(
      [{ user: { name: 'app' } }, { authorized_keys: { user: 'app', exclusive: true, keys: [restricted] } }],
      `useradd -m app; install -d -m 700 -o app -g app /home/app/.ssh; printf '%s\\n' '${KEY}' '${restricted}' >/home/app/.ssh/authorized_keys; chown app:app /home/app/.ssh/authorized_keys; chmod 600 /home/app/.ssh/authorized_keys`,
    );
    expect(apply.code).toBe(0);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ action: 'delete' });
    expect((await lab.exec(host, 'cat /home/app/.ssh/authorized_keys')).stdout.trim().split('\n')).toEqual([
      restricted,
    ]);
  });
});
