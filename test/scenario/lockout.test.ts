import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliResult, provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';

let lab: Lab;
let hosts: readonly LabHost[];
let directory: string;
const inventories: Record<string, string> = {};

beforeAll(async () => {
  lab = await openLab({ name: labName('lockout') });
  hosts = await lab.up({ bookworm: 2, bullseye: 1, trixie: 1, busybox: 1 });
  directory = mkdtempSync(join(tmpdir(), 'provision-lockout-'));
  for (const user of ['root', 'ops'] as const) {
    inventories[user] = join(directory, `${user}.yml`);
    await lab.writeInventory(inventories[user], { user });
  }
});
afterAll(async () => {
  await lab?.down();
});

/** The first host of a system, in its first state. */
async function fresh(name: string): Promise<LabHost> {
  const host = hosts.find((one) => one.name === name);
  if (host === undefined) throw new Error(`there is no host ${name}`);
  await lab.reset(host);
  return host;
}

let count = 0;
function playbook(host: LabHost, steps: readonly object[], more: object = {}): string {
  count += 1;
  const path = join(directory, `playbook-${count}.yml`);
  writeFileSync(path, JSON.stringify({ hosts: host.name, ...more, steps }));
  return path;
}

interface Given {
  readonly user?: 'root' | 'ops';
  readonly options?: readonly string[];
  readonly onSpawn?: (pid: number) => void;
}

/** Applies steps to a host, as `ops` with sudo or as root. */
function apply(host: LabHost, steps: readonly object[], given: Given = {}): Promise<CliResult> {
  const { user = 'root', options = [], onSpawn } = given;
  const file = playbook(host, steps, user === 'root' ? {} : { become: true });
  const args = ['-i', inventories[user]!, file, '--json', '--connect-timeout', '5', ...options];
  return provision(args, onSpawn === undefined ? {} : { onSpawn });
}

/** All that the login depends on, and the firewall as the kernel has it. */
async function wayIn(host: LabHost): Promise<string> {
  const { stdout } = await lab.exec(
    host,
    `cd /; for f in etc/ssh etc/sudoers etc/sudoers.d etc/ufw etc/default/ufw etc/passwd etc/shadow etc/group etc/gshadow etc/pam.d etc/systemd/system root/.ssh home var/lib run/nologin etc/nologin; do
  [ -e $f ] || continue
  find $f -path var/lib/systemd -prune -o -path var/lib/private -prune -o -path 'var/lib/*/*' -prune -o ! -type d -print | sort | while read -r p; do stat -c '%n %F %a %u:%g' "$p"; [ -f "$p" ] && sha256sum "$p"; done
  find $f -path 'var/lib/*/*' -prune -o -type d -print | sort | while read -r p; do stat -c '%n %F %a %u:%g' "$p"; done
done
iptables -S 2>/dev/null | grep -e '^-P' || true`,
  );
  return stdout;
}

/** Nothing of a guard: no file, no unit, no process. */
async function leftBehind(host: LabHost): Promise<string> {
  const { stdout } = await lab.exec(
    host,
    `ls -d /var/lib/provision-* /run/provision-* /var/tmp/provision-* /tmp/provision-* /etc/systemd/system/provision-* /etc/systemd/system/*/provision-* /etc/.provision-* /etc/*/.provision-* /root/.ssh/.provision-* /home/*/.ssh/.provision-* 2>/dev/null
command -v systemctl >/dev/null && systemctl list-units --all --plain --no-legend 'provision-*'
for p in /proc/[0-9]*; do tr '\\000' ' ' <$p/cmdline 2>/dev/null | grep -e 'provision[-]guard'; done
true`,
  );
  return stdout;
}

/** A new connection with OpenSSH's own client, as proof that is not ours. */
async function getsIn(host: LabHost, user: 'root' | 'ops' = 'root'): Promise<string> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const [program, ...args] = await lab.sshCommand(host, user);
  const command = user === 'root' ? 'id -u' : 'sudo -n id -u';
  const { stdout } = await promisify(execFile)(program!, [...args, command], { timeout: 30_000 });
  return stdout.trim();
}

function guardStates(result: CliResult): readonly unknown[] {
  return result.events.filter(({ event }) => event === 'guard').map(({ state }) => state);
}

function failureOf(result: CliResult): Readonly<Record<string, unknown>> {
  const finished = result.events.filter(
    ({ event, status }) => event === 'step-finished' && status === 'failed',
  );
  expect(finished, result.stdout + result.stderr).toHaveLength(1);
  return finished[0]!.failure as Readonly<Record<string, unknown>>;
}

const FIREWALL = { state: 'enabled', incoming: 'deny' };
/** What no rule of ufw's own files tells. */
const HIDDEN_DROP = `sed -i '/^# End required lines/a -A ufw-before-input -p tcp --dport 22 -m conntrack --ctstate NEW -j DROP' /etc/ufw/before.rules`;

describe('the firewall', () => {
  test.each([
    ['no rule for us', { ...FIREWALL, rules: [] }, 'incoming: deny'],
    ['a rule for the wrong port', { ...FIREWALL, rules: [{ allow: '2222/tcp' }] }, 'incoming: deny'],
    [
      'a deny rule before ours',
      { ...FIREWALL, rules: [{ deny: '22/tcp', from: '10.0.0.0/8' }, { allow: '22/tcp' }] },
      'deny',
    ],
  ])('%s is refused, and nothing is done', async (_, ufw, why) => {
    const host = await fresh('bookworm1');
    const before = await wayIn(host);
    for (const options of [['--dry-run'], []]) {
      const result = await apply(host, [{ ufw }], { options });
      expect(result.code).toBe(3);
      expect(failureOf(result).message).toContain('lock the controller out');
      expect(failureOf(result).message).toContain(why);
      expect(guardStates(result)).toEqual([]);
    }
    expect(await wayIn(host)).toBe(before);
    expect(await getsIn(host)).toBe('0');
  });

  test.each(['bookworm1', 'bullseye1', 'trixie1'])(
    '%s: what nobody can foresee is rolled back',
    async (name) => {
      const host = await fresh(name);
      await lab.exec(host, HIDDEN_DROP);
      const before = await wayIn(host);
      const result = await apply(host, [{ ufw: { ...FIREWALL, rules: [{ allow: '22/tcp' }] } }]);
      expect(result.code).toBe(3);
      const { message, rolledBack, lockout } = failureOf(result);
      expect(message).toContain('a new connection did not get in');
      expect(message).toContain('did not answer in time');
      expect({ rolledBack, lockout }).toEqual({ rolledBack: true, lockout: true });
      expect(guardStates(result)).toEqual(['armed', 'rolled-back']);
      expect(await wayIn(host)).toBe(before);
      expect(await getsIn(host)).toBe('0');
      expect(await leftBehind(host)).toBe('');
    },
  );

  test('a firewall that runs comes back with the rules it had', async () => {
    const host = await fresh('bookworm1');
    const rules = [{ allow: '22/tcp' }, { allow: '80/tcp' }];
    expect((await apply(host, [{ ufw: { ...FIREWALL, rules } }], { user: 'ops' })).code).toBe(0);
    await lab.exec(host, HIDDEN_DROP);
    const before = await lab.exec(host, 'ufw status; iptables -S | sort');
    const ufw = { ...FIREWALL, complete: true, rules: [{ allow: '22/tcp' }, { allow: '443/tcp' }] };
    const result = await apply(host, [{ ufw: { ...ufw, outgoing: 'reject' } }], { user: 'ops' });
    expect(result.code).toBe(3);
    expect(failureOf(result).rolledBack).toBe(true);
    const after = await lab.exec(host, 'ufw status; iptables -S | sort');
    // What stood in before.rules is loaded by now: it was there before the step.
    const own = (text: string): string => text.replace(/^.*--dport 22 -m conntrack.*\n/m, '');
    expect(own(after.stdout)).toBe(own(before.stdout));
    expect(await leftBehind(host)).toBe('');
  });

  test.each(['bookworm1', 'bullseye1', 'trixie1'])(
    '%s: a good change stays, and nothing else',
    async (name) => {
      const host = await fresh(name);
      const steps = [{ ufw: { ...FIREWALL, rules: [{ allow: '22/tcp' }] } }];
      const result = await apply(host, steps, { user: 'ops' });
      expect(result.code, result.stdout).toBe(0);
      expect(guardStates(result)).toEqual(['armed', 'proven']);
      expect(await leftBehind(host)).toBe('');
      const again = await apply(host, steps, { user: 'ops' });
      expect(again.code).toBe(0);
      expect(guardStates(again)).toEqual([]);
      const finished = again.events.find(({ event }) => event === 'host-finished');
      expect(finished?.connections).toBe(1);
    },
  );

  test('--no-guard lets it happen, and says so', async () => {
    const host = await fresh('bookworm1');
    const result = await apply(host, [{ ufw: { ...FIREWALL, rules: [{ allow: '22/tcp' }] } }], {
      options: ['--no-guard'],
    });
    expect(result.code).toBe(0);
    expect(guardStates(result)).toEqual(['off']);
    expect(result.stderr.match(/warning: --no-guard/g)).toHaveLength(2);
    expect(result.events[0]?.options).toMatchObject({ noGuard: true });
  });
});

/** What a guard of this host has begun: armed and the change made. */
async function applied(host: LabHost): Promise<void> {
  for (;;) {
    const { stdout } = await lab.exec(
      host,
      'ls /var/lib/provision-guard-*/applied /run/provision-guard-*/applied 2>/dev/null; true',
    );
    if (stdout !== '') return;
    await sleep(50);
  }
}

async function goneBack(host: LabHost): Promise<void> {
  while ((await leftBehind(host)) !== '') await sleep(500);
}

describe('the controller is gone', () => {
  test.each(['bookworm1', 'trixie1'])('%s: killed between the change and its proof', async (name) => {
    const host = await fresh(name);
    await lab.exec(host, HIDDEN_DROP);
    const before = await wayIn(host);
    let pid = 0;
    const running = apply(host, [{ ufw: { ...FIREWALL, rules: [{ allow: '22/tcp' }] } }], {
      onSpawn: (spawned) => {
        pid = spawned;
      },
    });
    await applied(host);
    process.kill(pid, 'SIGKILL');
    await running;
    await goneBack(host);
    expect(await wayIn(host)).toBe(before);
    expect(await getsIn(host)).toBe('0');
  });
});
