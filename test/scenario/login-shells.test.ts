import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ConnectionError } from '../../src/ssh/errors.ts';
import type { HostSession } from '../../src/ssh/host-session.ts';
import { addPackages, type Checkpoint, type Lab, type LabHost, openLab } from '../lab/index.ts';
import { onDebians } from '../support/everywhere.ts';
import { openSession } from '../support/host-session.ts';
import { labName } from '../support/lab-name.ts';

const PASSWORD = 'it\'s $HOME "x" \\ !1';

let lab: Lab;
let hosts: readonly LabHost[];
const first = new Map<string, Checkpoint>();
const open: HostSession[] = [];

beforeAll(async () => {
  lab = await openLab({ name: labName('login-shells') });
  hosts = await lab.up({ bullseye: 1, bookworm: 1, trixie: 1, busybox: 1 });
  for (const host of hosts) {
    first.set(host.name, await lab.checkpoint(host));
  }
});
afterAll(async () => {
  await lab?.down();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.close()));
});

async function ask(host: LabHost, as: string, password?: string, user = 'ops'): Promise<string> {
  const session = await openSession(lab, host, { user, ...(password === undefined ? {} : { password }) });
  open.push(session);
  const script = { text: 'id -un; umask; echo "$HOME $0"' } as never;
  const { results } = await session.run(as, [{ script }], { timeout: 30_000 });
  return `${results[0]?.stdout}${results[0]?.stderr}`;
}

/** What is said when the login user cannot be worked with. */
async function refusal(host: LabHost, as: string, user = 'ops'): Promise<string> {
  const error = await ask(host, as, undefined, user).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConnectionError)) throw new Error(`it was let in: ${String(error)}`);
  return `${error.failure.kind}: ${error.failure.message}; ${error.failure.hint ?? ''}`;
}

const OPS = 'ops\n0077\n/home/ops /bin/sh\n';
const ROOT = 'root\n0077\n/root /bin/sh\n';

function everywhere(name: string, body: (host: LabHost) => Promise<void>): void {
  test(name, () => onDebians(lab, hosts, first, body));
}

describe('on Debian 11, 12 and 13', () => {
  /** The login user, its own shell, root without a password, and with one. */
  async function works(host: LabHost): Promise<void> {
    expect(await ask(host, 'ops')).toBe(OPS);
    expect(await ask(host, 'root')).toBe(ROOT);
    await lab.exec(host, 'chpasswd', { stdin: `ops:${PASSWORD}\n` });
    await lab.exec(host, 'echo "ops ALL=(ALL) ALL" >/etc/sudoers.d/ops');
    expect(await ask(host, 'root', PASSWORD)).toBe(ROOT);
    await lab.exec(host, 'echo "Defaults requiretty" >>/etc/sudoers.d/ops; rm -rf /run/sudo/ts');
    expect(await ask(host, 'root', PASSWORD)).toBe(ROOT);
  }

  everywhere('fish', async (host) => {
    await addPackages(lab, host, ['fish', 'fish-common', 'libpcre2-32-0']);
    await lab.exec(host, 'usermod --shell /usr/bin/fish ops');
    await works(host);
  });

  everywhere('tcsh, that prints', async (host) => {
    await addPackages(lab, host, ['tcsh']);
    await lab.exec(
      host,
      'usermod --shell /bin/tcsh ops; echo "echo hello; echo -n Password:" >/home/ops/.tcshrc',
    );
    await works(host);
  });

  everywhere(
    'bash that prints a lot on both streams, without a newline, a banner and a message of the day',
    async (host) => {
      const noise =
        'head -c 3000000 /dev/zero | tr "\\0" x; head -c 3000000 /dev/zero | tr "\\0" "y" >&2; printf "Password: " >&2\n';
      await lab.exec(host, 'cat - /home/ops/.bashrc >/tmp/rc; cat /tmp/rc >/home/ops/.bashrc', {
        stdin: noise,
      });
      await lab.exec(
        host,
        'yes "[sudo] password for ops: " | head -c 20000 | tee /etc/banner >/etc/motd; echo "Banner /etc/banner" >>/etc/ssh/sshd_config; systemctl restart ssh',
      );
      await works(host);
    },
  );

  for (const [shell, said] of [
    ['/usr/sbin/nologin', /runs no commands.*not available.*nologin/],
    ['/bin/false', /runs no commands.*\/bin\/false/],
    ['/bin/rbash', /is restricted/],
  ] as const) {
    everywhere(`${shell} is explained`, async (host) => {
      await lab.exec(host, `usermod --shell ${shell} ops`);
      for (const user of ['ops', 'root']) {
        expect(await refusal(host, user)).toMatch(said);
        expect(await refusal(host, user)).toMatch(/^protocol: /);
      }
    });
  }

  everywhere('a forced command is explained', async (host) => {
    await lab.exec(
      host,
      'printf "Match User ops\\nForceCommand echo no commands here\\n" >>/etc/ssh/sshd_config; systemctl restart ssh',
    );
    expect(await refusal(host, 'root')).toMatch(/no commands here.*ForceCommand/);
  });
});

test('a shell of busybox that prints', async () => {
  const host = hosts.find(({ distro }) => distro === 'busybox') as LabHost;
  await lab.exec(host, 'mkdir -p /etc/profile.d; echo "echo noise" >/root/.profile');
  expect(await ask(host, 'root', undefined, 'root')).toBe(ROOT);
});
