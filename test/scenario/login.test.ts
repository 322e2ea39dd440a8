import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliResult, provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';
import { inTerminal } from '../support/terminal.ts';

/** Every way to log in, on OpenSSH 8.4, 9.2 and 10.0, and on dropbear. */
let lab: Lab;
let hosts: readonly LabHost[];
let debians: readonly LabHost[];
const directory = mkdtempSync(join(tmpdir(), 'provision-login-'));
const PASSWORD = "p4ss 'word";
const playbook = file(
  'touch.yml',
  JSON.stringify({ hosts: 'all', steps: [{ command: { argv: ['true'], read_only: true } }] }),
);

beforeAll(async () => {
  lab = await openLab({ name: labName('login') });
  hosts = await lab.up({ bullseye: 1, bookworm: 1, trixie: 1, busybox: 1 });
  debians = hosts.filter(({ distro }) => distro !== 'busybox');
  const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], {
    input: PASSWORD,
    encoding: 'utf8',
  }).trim();
  await Promise.all(
    hosts.map((host) =>
      succeed(
        host,
        host.distro === 'busybox'
          ? `sed -i 's#^root:[^:]*:#root:${hash}:#' /etc/shadow; kill $(cat /run/dropbear.pid); sleep 1; dropbear -E -P /run/dropbear.pid </dev/null >/dev/null 2>/run/dropbear.log`
          : `useradd -m -s /bin/sh -p '${hash}' pia; mkdir -m 700 /home/pia/.ssh; chown pia: /home/pia/.ssh`,
      ),
    ),
  );
});
afterAll(async () => {
  await lab?.down();
  rmSync(directory, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

async function succeed(host: LabHost, script: string): Promise<string> {
  const { code, stdout, stderr } = await lab.exec(host, script);
  expect(code, `${host.name}: ${script}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** An inventory of these hosts, with further variables; nothing of this machine's user is used to log in. */
function inventory(which: readonly LabHost[], vars: Readonly<Record<string, string>> = {}): string {
  const entries = which.map(({ name, address, distro }) => [
    name,
    { ansible_host: address, ansible_user: distro === 'busybox' ? 'root' : 'pia' },
  ]);
  const all = {
    vars: { provision_known_hosts: lab.knownHosts, ...vars },
    hosts: Object.fromEntries(entries),
  };
  return file(`inventory-${Math.random()}.yml`, JSON.stringify({ all }));
}

const home = mkdtempSync(join(directory, 'home-'));

function run(
  which: readonly LabHost[],
  args: readonly string[],
  vars: Readonly<Record<string, string>> = {},
  env = {},
) {
  return provision(['-i', inventory(which, vars), playbook, ...args, '--connect-timeout', '30', '--json'], {
    env: { HOME: home, SSH_AUTH_SOCK: '', ...env },
  });
}

function failures({ events }: CliResult): readonly { message: string; hint: string }[] {
  return events
    .filter(({ event }) => event === 'host-finished')
    .flatMap(({ failure }) => (failure === undefined ? [] : [failure as { message: string; hint: string }]));
}

/** By the names of its programs: of one that ends at once the journal does not find out its unit. */
const SSHD_LOG = 'journalctl -q -o cat -t sshd -t sshd-session -t sshd-auth';

/** What the host's server has noted of refused logins since the last time. */
async function refusals(host: LabHost): Promise<readonly string[]> {
  const log =
    host.distro === 'busybox'
      ? 'cat /run/dropbear.log; : >/run/dropbear.log'
      : `journalctl --sync; ${SSHD_LOG} --cursor-file=/run/told`;
  const lines = (await succeed(host, log)).split('\n');
  return lines.filter((line) =>
    /^Failed |PAM: Authentication failure|Bad password attempt/.test(
      line.replace(/^\[\d+\] .*\d\d:\d\d:\d\d /, ''),
    ),
  );
}

/** Settings for sshd, in effect for the time of the work. */
async function withSettings<T>(
  which: readonly LabHost[],
  settings: string,
  work: () => Promise<T>,
): Promise<T> {
  const dropIn = '/etc/ssh/sshd_config.d/00-test.conf';
  // systemd starts nothing for the sixth time in ten seconds, unless it forgets the times before.
  const restart = 'systemctl reset-failed ssh; systemctl restart ssh';
  const each = (script: string) =>
    Promise.all(which.map((host) => succeed(host, `${script} && { ${restart}; }`)));
  await each(`printf '%s\\n' '${settings.replaceAll('\n', "' '")}' >${dropIn}`);
  try {
    return await work();
  } finally {
    await each(`rm ${dropIn}`);
  }
}

describe('a password', () => {
  test('from a file, from the inventory', async () => {
    const path = file('password', `${PASSWORD}\n`);
    const fromFile = await run(hosts, ['--password-file', path]);
    expect(fromFile.code, fromFile.stdout).toBe(0);
    const fromInventory = await run(hosts, [], { ansible_password: `{{ "p4ss" }} 'word` });
    expect(fromInventory.code, fromInventory.stdout).toBe(0);
    expect(fromInventory.stdout + fromFile.stdout).not.toContain(PASSWORD);
  });

  test('is asked once for all hosts, and not shown', async () => {
    const result = await inTerminal(
      ['-i', inventory(hosts), playbook, '-k', '--no-progress', '--connect-timeout', '30'],
      [['SSH password: ', PASSWORD]],
      { HOME: home, SSH_AUTH_SOCK: '' },
    );
    expect(result.code, result.shown).toBe(0);
    expect(result.shown.split('SSH password: ')).toHaveLength(2);
    expect(result.shown).not.toContain(PASSWORD);
  });

  test('that is wrong is tried once at each host, and what to do is said', async () => {
    await Promise.all(hosts.map(refusals));
    const result = await run(hosts, ['--password-file', file('wrong', 'wrong')]);
    expect(result.code).toBe(4);
    expect(failures(result)).toHaveLength(hosts.length);
    for (const { message, hint } of failures(result)) {
      expect(message).toMatch(
        /refused the login of "(pia|root)": it refused the password; it accepts publickey,/,
      );
      expect(hint).toContain('not tried again in this run');
    }
    for (const host of hosts) expect(await refusals(host), host.name).toHaveLength(1);
  });

  test('by keyboard-interactive; a wrong one is not sent as another method too', async () => {
    const settings = 'KbdInteractiveAuthentication yes\nChallengeResponseAuthentication yes\nUsePAM yes';
    await withSettings(debians, settings, async () => {
      await Promise.all(debians.map(refusals));
      const right = await run(debians, ['--password-file', file('password', PASSWORD)]);
      expect(right.code, right.stdout).toBe(0);
      for (const host of debians) {
        expect(await succeed(host, `journalctl --sync; ${SSHD_LOG}`)).toContain(
          'Accepted keyboard-interactive/pam for pia',
        );
      }
      const wrong = await run(debians, ['--password-file', file('wrong', 'wrong')]);
      expect(failures(wrong)).toHaveLength(debians.length);
      for (const host of debians) {
        const noted = await refusals(host);
        expect(noted, host.name).toHaveLength(1);
        expect(noted[0]).toContain('PAM: Authentication failure');
      }
    });
  });

  test('is no answer to a second question', async () => {
    // Of an expired password the host asks for the current one once more, and for a new one.
    await Promise.all(debians.map((host) => succeed(host, 'chage -d 0 pia')));
    const settings =
      'KbdInteractiveAuthentication yes\nChallengeResponseAuthentication yes\nUsePAM yes\nPasswordAuthentication no';
    try {
      await withSettings(debians, settings, async () => {
        const result = await run(debians, ['--password-file', file('password', PASSWORD)]);
        expect(failures(result)).toHaveLength(debians.length);
        for (const { message, hint } of failures(result)) {
          expect(message).toMatch(/it asked for more than one password: ".*Current password:"/);
          expect(hint).toContain('cannot be answered here');
        }
      });
    } finally {
      await Promise.all(debians.map((host) => succeed(host, 'chage -d 20000 pia')));
    }
  });
});

/** Makes a key that pia, or root on busybox, may log in with. */
async function authorize(
  name: string,
  options: readonly string[],
  which: readonly LabHost[] = hosts,
): Promise<string> {
  const path = join(directory, name);
  execFileSync('ssh-keygen', ['-q', '-a', '1', '-C', name, '-f', path, ...options]);
  const line = readFileSync(`${path}.pub`, 'utf8').trim();
  await Promise.all(
    which.map((host) => {
      const keys =
        host.distro === 'busybox' ? '/root/.ssh/authorized_keys' : '/home/pia/.ssh/authorized_keys';
      return succeed(
        host,
        `echo '${line}' >>${keys}; chmod 600 ${keys}; chown $(stat -c %u:%g "$(dirname ${keys})") ${keys}`,
      );
    }),
  );
  return path;
}

describe('a key', () => {
  test('of each type, in each format, with and without a passphrase', async () => {
    const keys = [
      ['ed25519', 'RFC4716', ''],
      ['ed25519', 'RFC4716', 'pass phrase'],
      ['ecdsa', 'PKCS8', 'pass phrase'],
      ['rsa', 'PEM', 'pass phrase'],
      ['rsa', 'RFC4716', ''],
    ] as const;
    const passphrase = file('passphrase', 'pass phrase\n');
    for (const [index, [type, format, secret]] of keys.entries()) {
      const path = await authorize(`${type}-${index}`, ['-t', type, '-m', format, '-N', secret]);
      const given = secret === '' ? [] : ['--private-key-passphrase-file', passphrase];
      const result = await run(hosts, ['--private-key', path, ...given]);
      expect(result.code, `${type} ${format}\n${result.stdout}${result.stderr}`).toBe(0);
    }
  });

  test('with a passphrase: asked once; from the inventory; without one the run ends before it begins', async () => {
    const path = await authorize('asked', ['-t', 'ed25519', '-N', 'open sesame']);
    const args = [
      '-i',
      inventory(hosts),
      playbook,
      '--private-key',
      path,
      '--no-progress',
      '--connect-timeout',
      '30',
    ];
    const question = `Passphrase of ${path}: `;
    const asked = await inTerminal(
      args,
      [
        [question, 'open barley'],
        [question, 'open sesame'],
      ],
      { HOME: home, SSH_AUTH_SOCK: '' },
    );
    expect(asked.code, asked.shown).toBe(0);
    expect(asked.shown.split(question)).toHaveLength(3);
    const vars = { ansible_ssh_private_key_file: path, ansible_ssh_private_key_passphrase: 'open sesame' };
    const known = await run(hosts, [], vars);
    expect(known.code, known.stdout).toBe(0);
    const unknown = await run(hosts, ['--private-key', path]);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain(`${path} is protected by a passphrase: there is nobody to ask for it`);
    const wrong = await run(
      hosts,
      ['--private-key', path],
      {},
      { PROVISION_PRIVATE_KEY_PASSPHRASE: 'open barley' },
    );
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('its passphrase is wrong');
  });

  test('and then the password, where a host wants both', async () => {
    const path = await authorize('both', ['-t', 'ed25519', '-N', ''], debians);
    await withSettings(debians, 'AuthenticationMethods publickey,password', async () => {
      const both = await run(debians, ['--private-key', path, '--password-file', file('password', PASSWORD)]);
      expect(both.code, both.stdout).toBe(0);
      const one = await run(debians, ['--private-key', path]);
      for (const { message, hint } of failures(one)) {
        expect(message).toMatch(
          /content with the key .*both \(SHA256:.*\), and wants more; it accepts password/,
        );
        expect(hint).toContain('--ask-pass');
      }
      expect(failures(one)).toHaveLength(debians.length);
    });
  });
});

describe('an agent', () => {
  let socket: string;
  let id: number;
  const others = Array.from({ length: 7 }, (_, index) => {
    const path = join(directory, `other-${index}`);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `other-${index}`, '-f', path]);
    return path;
  });

  beforeAll(() => {
    socket = join(directory, 'agent');
    const said = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' });
    id = Number(/AGENT_PID=(\d+)/.exec(said)?.[1]);
  });
  afterAll(() => {
    process.kill(id);
  });

  function add(...paths: string[]): void {
    execFileSync('ssh-add', ['-q', ...paths], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  }

  test('signs; with many keys the right one has to be named, and then comes first', async () => {
    const path = await authorize('held', ['-t', 'rsa', '-N', '']);
    add(path);
    const alone = await run(hosts, [], {}, { SSH_AUTH_SOCK: socket });
    expect(alone.code, alone.stdout).toBe(0);
    execFileSync('ssh-add', ['-q', '-D'], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    add(...others, path);
    const full = await run(hosts, [], {}, { SSH_AUTH_SOCK: socket });
    expect(full.code).toBe(4);
    expect(failures(full)).toHaveLength(hosts.length);
    for (const { message, hint } of failures(full)) {
      expect(message).toMatch(/other-0 \(agent\) \(SHA256:/);
      expect(hint).toMatch(/MaxAuthTries.*--private-key.*IdentitiesOnly/);
    }
    const named = await run(hosts, ['--private-key', `${path}.pub`], {}, { SSH_AUTH_SOCK: socket });
    expect(named.code, named.stdout).toBe(0);
  });

  test('too many tries for MaxAuthTries are told as such', async () => {
    await withSettings(debians, 'MaxAuthTries 3', async () => {
      const result = await run(debians, [], {}, { SSH_AUTH_SOCK: socket });
      expect(failures(result)).toHaveLength(debians.length);
      for (const { message, hint } of failures(result)) {
        expect(message).toMatch(/after 3 tries \("Too many authentication failures/);
        expect(hint).toContain('--private-key');
      }
    });
  });
});

test('an sshd that shuts this controller out after failures is told as such', async () => {
  const [trixie] = hosts.filter(({ distro }) => distro === 'trixie') as [LabHost];
  await withSettings([trixie], 'PerSourcePenalties authfail:300s min:1s', async () => {
    const wrong = ['--password-file', file('wrong', 'wrong')];
    expect(failures(await run([trixie], wrong))[0]?.message).toContain('refused the login');
    const [failure] = failures(await run([trixie], wrong));
    expect(failure?.message).toContain('saying "Not allowed at this time"');
    expect(failure?.hint).toContain('PerSourcePenalties');
  });
});
