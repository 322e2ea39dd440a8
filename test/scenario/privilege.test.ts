import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sh } from '../../src/shell/quote.ts';
import { ConnectionError } from '../../src/ssh/errors.ts';
import type { HostSession } from '../../src/ssh/host-session.ts';
import { addPackages, type Checkpoint, type Lab, type LabHost, openLab } from '../lab/index.ts';
import { provision } from '../support/cli.ts';
import { onDebians } from '../support/everywhere.ts';
import { type LoginOptions, openSession } from '../support/host-session.ts';
import { labName } from '../support/lab-name.ts';
import { inTerminal } from '../support/terminal.ts';

const PASSWORD = 'correct horse "$battery" \\staple é';
const options = { timeout: 30_000 };

let lab: Lab;
let hosts: readonly LabHost[];
const first = new Map<string, Checkpoint>();
const open: HostSession[] = [];

beforeAll(async () => {
  lab = await openLab({ name: labName('privilege') });
  hosts = await lab.up({ bullseye: 1, bookworm: 1, trixie: 1, busybox: 1 });
  for (const host of hosts) first.set(host.name, await lab.checkpoint(host));
});
afterAll(async () => {
  await lab?.down();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.close()));
});

async function session(host: LabHost, login: LoginOptions = {}): Promise<HostSession> {
  const opened = await openSession(lab, host, login);
  open.push(opened);
  return opened;
}

/** What a script prints as a user. */
async function ask(from: HostSession, user: string, script = 'id -un'): Promise<string> {
  const { results } = await from.run(user, [{ script: { text: script } as never }], options);
  return results[0]?.stdout.toString() ?? '';
}

/** Whether something that a request leaves open in the shell is there for the next one: the host's lock is kept so. */
async function keepsOpen(from: HostSession, user: string): Promise<void> {
  const frames = [{ script: sh`exec 7>&1; echo opened`, inShell: true, stays: true }];
  expect((await from.run(user, frames, options)).results[0]?.stdout.toString()).toBe('opened\n');
  expect(await ask(from, user, 'test -e /proc/self/fd/7 && echo open')).toBe('open\n');
}

async function refusal(from: HostSession, user = 'root'): Promise<string> {
  const error = await ask(from, user).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConnectionError)) throw new Error(`it was let in: ${String(error)}`);
  return `${error.failure.kind}: ${error.failure.message}; ${error.failure.hint ?? ''}`;
}

/** Random bytes there and back, with something on standard error, through the shell of a user. */
async function echo(from: HostSession, user: string): Promise<void> {
  const bytes = randomBytes(300_001);
  const input = { size: bytes.length, bytes, open: () => [bytes] as never };
  const script = sh`cat; echo "lines\n" >&2; exit 3`;
  const { results } = await from.run(
    user,
    [{ script, input }, { script: sh`printf %s ${'two'}; printf a >&2` }],
    options,
  );
  expect(results[0]?.stdout.equals(bytes)).toBe(true);
  expect(results.map(({ stderr }) => stderr.toString())).toEqual(['lines\n\n', 'a']);
  expect(results.map(({ code }) => code)).toEqual([3, 0]);
  expect(results[1]?.stdout.toString()).toBe('two');
}

/** A Debian host. */
interface Place {
  readonly host: LabHost;
  /** Gives ops and root their passwords, and sudo these rules for ops. */
  sudoers(...lines: readonly string[]): Promise<void>;
  /** Failures of authentication that PAM has logged since. */
  failures(): Promise<number>;
}

async function placeOf(host: LabHost): Promise<Place> {
  const all = async (): Promise<number> => {
    const { stdout } = await lab.exec(host, 'journalctl --sync; journalctl -q -o cat --no-pager');
    return stdout.split('\n').filter((line) => line.includes('authentication failure;')).length;
  };
  const before = await all();
  return {
    host,
    sudoers: async (...lines) => {
      await lab.exec(host, 'chpasswd', { stdin: `ops:${PASSWORD}\nroot:root-${PASSWORD}\n` });
      await lab.exec(host, 'cat >/etc/sudoers.d/ops; gpasswd -d ops sudo', {
        stdin: `${lines.join('\n')}\n`,
      });
    },
    failures: async () => (await all()) - before,
  };
}

/** On all Debian hosts side by side: what takes time is that PAM waits after a failure. */
function everywhere(name: string, body: (place: Place) => Promise<void>): void {
  test(name, () => onDebians(lab, hosts, first, async (host) => body(await placeOf(host))));
}

describe('on Debian 11, 12 and 13', () => {
  everywhere('sudo without a password, and with the right one', async ({ host, sudoers, failures }) => {
    expect(await ask(await session(host), 'root')).toBe('root\n');
    await sudoers('ops ALL=(ALL) ALL');
    const asked = await session(host, { password: PASSWORD });
    expect(await ask(asked, 'root')).toBe('root\n');
    await echo(asked, 'root');
    await sudoers('ops ALL=(ALL) NOPASSWD: ALL');
    expect(await ask(await session(host, { password: 'not sent' }), 'root')).toBe('root\n');
    expect(await failures()).toBe(0);
  });

  everywhere('a wrong password is tried once', async ({ host, sudoers, failures }) => {
    await sudoers('ops ALL=(ALL) ALL');
    const wrong = await session(host, { password: 'wrong' });
    const said = await Promise.all([refusal(wrong), refusal(wrong), refusal(wrong, 'www-data')]);
    for (const one of said) expect(one).toMatch(/privilege: .*sudo did not take the password of "ops"/);
    expect(await refusal(wrong)).toContain('tried once');
    expect(await failures()).toBe(1);
  });

  everywhere('requiretty', async ({ host, sudoers }) => {
    await sudoers('Defaults requiretty', 'ops ALL=(ALL) NOPASSWD: ALL');
    const quick = await session(host);
    expect(await ask(quick, 'root')).toBe('root\n');
    await echo(quick, 'root');
    await keepsOpen(quick, 'root');
    await sudoers('Defaults requiretty, use_pty', 'Defaults lecture=always', 'ops ALL=(ALL) ALL');
    const asked = await session(host, { password: PASSWORD });
    expect(await ask(asked, 'root')).toBe('root\n');
    await echo(asked, 'root');
  });

  everywhere('requiretty where a terminal does not help, which is tried once', async ({ host, sudoers }) => {
    await sudoers('Defaults requiretty', 'ops ALL=(ALL) NOPASSWD: ALL');
    const tries = async (): Promise<number> => {
      const said = await lab.exec(host, 'journalctl --sync; journalctl -q -o cat -t sudo --no-pager');
      return said.stdout.split('\n').filter((line) => line.includes('ops : ')).length;
    };
    const sshd = async (line: string): Promise<void> => {
      await lab.exec(host, `sed -i '/^# end/,$d' /etc/ssh/sshd_config; cat >>/etc/ssh/sshd_config`, {
        stdin: `# end\n${line}\n`,
      });
      await lab.exec(host, 'systemctl restart ssh');
    };
    // The command is cut off from the terminal that it was given.
    await sshd('ForceCommand setsid -w /bin/sh -c "$SSH_ORIGINAL_COMMAND" </dev/null 2>&1 | cat');
    const before = await tries();
    expect(await refusal(await session(host))).toMatch(/^privilege: .*sudo insists on a terminal there/);
    expect((await tries()) - before).toBe(2);
    const parallel = await session(host);
    for (const one of await Promise.all([refusal(parallel), refusal(parallel), refusal(parallel)])) {
      expect(one).toContain('sudo insists on a terminal there');
    }
    await sshd('PermitTTY no');
    expect(await refusal(await session(host))).toMatch(/^privilege: .*sudo insists on a terminal there/);
    await sshd('');
  });

  everywhere(
    'a cached login is not asked for the password, a lecture is no question, and sudo may ask for that of root',
    async ({ host, sudoers, failures }) => {
      await sudoers('Defaults timestamp_type=global, lecture=always', 'ops ALL=(ALL) ALL');
      expect(await ask(await session(host, { password: PASSWORD }), 'root')).toBe('root\n');
      expect(await ask(await session(host), 'root')).toBe('root\n');
      expect(await ask(await session(host, { password: 'not sent' }), 'root')).toBe('root\n');
      await sudoers('Defaults rootpw, passwd_tries=1, timestamp_timeout=0', 'ops ALL=(ALL) ALL');
      expect(await ask(await session(host, { password: `root-${PASSWORD}` }), 'root')).toBe('root\n');
      expect(await failures()).toBe(0);
      expect(await refusal(await session(host, { password: PASSWORD }))).toContain(
        'did not take the password',
      );
      expect(await failures()).toBe(1);
    },
  );

  everywhere('a wrong password counts once where accounts lock', async ({ host, sudoers }) => {
    await sudoers('ops ALL=(ALL) ALL');
    const auth = [
      'auth required pam_faillock.so preauth',
      'auth [success=1 default=ignore] pam_unix.so nullok',
      'auth [default=die] pam_faillock.so authfail',
      'auth required pam_permit.so',
    ];
    await lab.exec(host, 'cat >/etc/pam.d/common-auth', { stdin: `${auth.join('\n')}\n` });
    for (const method of ['sudo', 'su'] as const) {
      await lab.exec(host, 'faillock --user ops --reset; faillock --user root --reset');
      const from = await session(host, { password: 'wrong', method });
      expect(await refusal(from)).toContain('did not take the password');
      expect(await refusal(from)).toContain('did not take the password');
      const { stdout } = await lab.exec(host, `faillock --user ${method === 'su' ? 'root' : 'ops'}`);
      expect(stdout.match(/ V$/gm), stdout).toHaveLength(1);
    }
    // Nothing that still asks is left behind.
    expect((await lab.exec(host, 'pgrep -x "sudo|su"')).stdout).toBe('');
  });

  everywhere(
    'su, with the password of root; without one it says so and counts no failure',
    async ({ host, sudoers, failures }) => {
      await sudoers('nobody ALL=(ALL) ALL');
      const from = await session(host, { method: 'su', password: `root-${PASSWORD}` });
      expect(await ask(from, 'root', 'id -un; umask; echo "$HOME"')).toBe('root\n0077\n/root\n');
      await echo(from, 'root');
      expect(await refusal(await session(host, { method: 'su' }))).toMatch(
        /su asks for a password.*ask-become-pass/,
      );
      expect(await failures()).toBe(0);
      expect(await refusal(await session(host, { method: 'su', password: PASSWORD }))).toMatch(
        /su wants that of "root"/,
      );
      const asRoot = await session(host, { method: 'su', user: 'root' });
      expect(await ask(asRoot, 'www-data', 'id -un; echo "$HOME"')).toBe('www-data\n/var/www\n');
    },
  );

  everywhere('doas, without a password and with one', async ({ host, sudoers, failures }) => {
    await sudoers('nobody ALL=(ALL) ALL');
    await addPackages(lab, host, [host.distro === 'bullseye' ? 'doas' : 'opendoas']);
    const doas = (rule: string) =>
      lab.exec(host, 'cat >/etc/doas.conf; chmod 600 /etc/doas.conf', { stdin: `${rule}\n` });
    await doas('permit nopass ops as root');
    const quick = await session(host, { method: 'doas' });
    expect(await ask(quick, 'root', 'id -un; umask; echo "$HOME"')).toBe('root\n0077\n/root\n');
    await echo(quick, 'root');
    expect(await refusal(quick, 'www-data')).toMatch(/doas does not let "ops" act as "www-data"/);
    await doas('permit ops as root');
    expect(await refusal(await session(host, { method: 'doas' }))).toMatch(/asks "ops" for a password/);
    const asked = await session(host, { method: 'doas', password: PASSWORD });
    expect(await ask(asked, 'root')).toBe('root\n');
    await echo(asked, 'root');
    const wrong = await session(host, { method: 'doas', password: 'wrong' });
    expect(await refusal(wrong)).toMatch(/doas did not take the password/);
    expect(await refusal(wrong)).toMatch(/doas did not take the password/);
    expect(await failures()).toBe(1);
  });

  everywhere('another user than root, whose rule allows nothing else', async ({ host, sudoers }) => {
    await lab.exec(host, 'useradd --create-home --groups adm,www-data pg');
    await sudoers('ops ALL=(pg) NOPASSWD: ALL');
    const from = await session(host);
    const script = 'id -un; id -Gn; umask; echo "$HOME $USER $LOGNAME"; cd; pwd';
    expect(await ask(from, 'pg', script)).toBe('pg\npg adm www-data\n0077\n/home/pg pg pg\n/home/pg\n');
    expect(await refusal(from)).toMatch(/"ops" may not become "root" with sudo/);
    expect(await refusal(from, 'nosuch')).toMatch(/no user "nosuch"/);
  });

  everywhere('a missing program is named, and what there is instead', async ({ host }) => {
    await lab.exec(host, 'rm -f /usr/bin/sudo');
    expect(await refusal(await session(host))).toMatch(
      /there is no sudo there.*it has su: set become_method/,
    );
    expect(await refusal(await session(host, { password: PASSWORD }))).toMatch(
      /there is no sudo there.*it has su:/,
    );
    expect(await refusal(await session(host, { method: 'doas' }))).toMatch(
      /there is no doas there.*it has su:/,
    );
    expect(await refusal(await session(host, { method: 'doas', password: 'x' }))).toMatch(
      /there is no doas there/,
    );
  });

  everywhere('a user without any rule is told how to get one', async ({ host, sudoers }) => {
    await sudoers('nobody ALL=(ALL) ALL');
    expect(await refusal(await session(host))).toMatch(
      /asks "ops" for a password.*--ask-become-pass.*NOPASSWD/,
    );
    expect(await refusal(await session(host, { password: PASSWORD }))).toMatch(
      /does not let "ops" act as "root"/,
    );
  });

  everywhere('what sudo records of its input holds no password of its own', async ({ host, sudoers }) => {
    await sudoers('Defaults log_input, log_output, use_pty', 'ops ALL=(ALL) ALL');
    const from = await session(host, { password: PASSWORD });
    expect(await ask(from, 'root', 'echo recorded')).toBe('recorded\n');
    await from.close();
    const { stdout } = await lab.exec(
      host,
      'cd /var/log/sudo-io && find . -type f | while read f; do zcat -f "$f"; done',
    );
    expect(stdout).toContain('echo recorded');
    expect(stdout).not.toContain('horse');
  });

  everywhere(
    'no process of the host has the password in its arguments or environment',
    async ({ host, sudoers }) => {
      await sudoers('ops ALL=(ALL) ALL');
      const seen = lab.exec(
        host,
        'cat >/tmp/pattern; n=0; while [ ! -e /tmp/enough ]; do n=$((n+1)); cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n" | grep -c -f /tmp/pattern; done; echo "samples $n"',
        { stdin: 'horse\n' },
      );
      for (const method of ['sudo', 'su'] as const) {
        const password = method === 'su' ? `root-${PASSWORD}` : PASSWORD;
        for (let turn = 0; turn < 3; turn += 1) {
          expect(
            await ask(
              await session(host, { method, password }),
              'root',
              'ps axe >/dev/null; sleep 0.2; id -un',
            ),
          ).toBe('root\n');
        }
      }
      await lab.exec(host, 'touch /tmp/enough');
      const lines = (await seen).stdout.trim().split('\n');
      expect(Number(/samples (\d+)/.exec(lines.pop() ?? '')?.[1])).toBeGreaterThan(3);
      expect(new Set(lines)).toEqual(new Set(['0']));
    },
  );
});

describe('on busybox', () => {
  test('root becomes another user by su; sudo and doas are named as missing', async () => {
    const host = hosts.find(({ distro }) => distro === 'busybox') as LabHost;
    await lab.exec(
      host,
      'echo bob:x:1500:1500::/home/bob:/bin/sh >>/etc/passwd; echo bob:x:1500: >>/etc/group',
    );
    const by = (method: LoginOptions['method']) =>
      session(host, { user: 'root', ...(method ? { method } : {}) });
    const script = 'id -un; umask; echo "$HOME"';
    expect(await ask(await by('su'), 'bob', script)).toBe('bob\n0077\n/home/bob\n');
    await echo(await by('su'), 'bob');
    expect(await refusal(await by('sudo'), 'bob')).toMatch(
      /there is no sudo there.*it has su: set become_method/,
    );
    expect(await refusal(await by('doas'), 'bob')).toMatch(/there is no doas there.*it has su:/);
    expect(await refusal(await by('su'), 'nosuch')).toMatch(/no user "nosuch"/);
  });
});

describe('the command line', () => {
  let directory: string;
  const debians = (): readonly LabHost[] => hosts.filter(({ distro }) => distro !== 'busybox');
  const word = (host: LabHost): string => `canary-${host.name}`;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'provision-privilege-'));
    for (const host of debians()) {
      first.set(host.name, await lab.restore(host, first.get(host.name) as Checkpoint));
      await lab.exec(host, 'chpasswd', { stdin: `ops:${word(host)}\nroot:${word(host)}\n` });
      await lab.exec(host, 'gpasswd -d ops sudo; echo "ops ALL=(ALL) ALL" >/etc/sudoers.d/ops');
    }
    await lab.writeInventory(join(directory, 'hosts.yml'), { user: 'ops' });
    write('site.yml', {
      hosts: 'all:!busybox1',
      become: true,
      steps: [{ file: { path: '/etc/mine', content: 'x\n' } }],
    });
  });

  function write(name: string, content: unknown): string {
    const path = join(directory, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
    return path;
  }
  /** What a run says and how it ends; no password is in it. */
  async function run(...args: string[]): Promise<string> {
    const result = await provision([
      '-i',
      join(directory, 'hosts.yml'),
      join(directory, 'site.yml'),
      ...args,
    ]);
    const said = `${result.code}: ${result.stdout}${result.stderr}`;
    expect(said).not.toMatch(/canary-\w/);
    return said;
  }

  test('a password for each host, from the inventory', async () => {
    const vars = (host: LabHost) => ({
      secret_word: word(host),
      ansible_become_password: '{{ secret_word }}',
    });
    const words = Object.fromEntries(debians().map((host) => [host.name, vars(host)]));
    const args = ['-i', write('words.yml', { all: { hosts: words } })];
    expect(await run('--dry-run', ...args)).toMatch(/^0: /);
    expect(await run('-vv', ...args)).toMatch(/^0: /);
    expect(await run('--json', ...args)).toMatch(/^0: /);
    for (const host of debians())
      expect((await lab.exec(host, 'stat -c %U /etc/mine')).stdout).toBe('root\n');
  });

  test('one password, from a file: where it is not the right one the host is not touched', async () => {
    const [right, wrong] = debians() as [LabHost, LabHost];
    const file = write('password', `${word(right)}\n`);
    const said = await run('--become-password-file', file, '--limit', `${right.name},${wrong.name}`);
    expect(said).toMatch(/^4: /);
    expect(said).toContain('sudo did not take the password of "ops"');
    expect(await run('--become-password-file', file, '--limit', right.name)).toMatch(/^0: /);
    expect(await run('--become-password-file', file, '--become-method', 'su', '--limit', right.name)).toMatch(
      /^0: /,
    );
    expect(await run('--limit', right.name)).toMatch(
      /^4: [\s\S]*let nobody become another user[\s\S]*--ask-become-pass/,
    );
  });

  test('one password, asked once at the terminal and not shown', async () => {
    const [host] = debians() as [LabHost];
    const args = [
      '-i',
      join(directory, 'hosts.yml'),
      join(directory, 'site.yml'),
      '--limit',
      host.name,
      '-K',
    ];
    const { code, shown } = await inTerminal(args, [['Become password: ', word(host)]]);
    expect(code, shown).toBe(0);
    expect(shown).not.toContain(word(host));
    expect(await run('--limit', host.name, '--ask-become-pass')).toMatch(/^1: [\s\S]*--become-password-file/);
  });

  test('a user that is made in the run, and may not be become: nothing is unknown', async () => {
    const [host] = debians() as [LabHost];
    await lab.exec(host, 'echo "ops ALL=(root) ALL" >/etc/sudoers.d/ops');
    const playbook = write('made.yml', {
      hosts: host.name,
      become: true,
      steps: [
        { user: { name: 'app' } },
        { command: { argv: ['touch', '/home/app/x'], creates: '/home/app/x' }, become_user: 'app' },
      ],
    });
    const file = write('password', `${word(host)}\n`);
    const args = ['-i', join(directory, 'hosts.yml'), playbook, '--become-password-file', file];
    const { code, stdout } = await provision(args);
    expect(code, stdout).toBe(4);
    expect(stdout).toContain('sudo does not let "ops" act as "app"');
    expect(stdout).toContain('changed before the host could be used no more');
    expect(stdout).not.toContain('not known');
  });
});
