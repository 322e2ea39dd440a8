import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sh } from '../../src/shell/quote.ts';
import { ConnectionError } from '../../src/ssh/errors.ts';
import type { HostSession } from '../../src/ssh/host-session.ts';
import { type Checkpoint, type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type LoginOptions, openSession } from '../support/host-session.ts';
import { labName } from '../support/lab-name.ts';

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

describe.each(['bullseye', 'bookworm', 'trixie'])('on %s', (distro) => {
  let host: LabHost;
  beforeAll(() => {
    host = hosts.find((one) => one.distro === distro) as LabHost;
  });
  beforeEach(async () => {
    first.set(host.name, await lab.restore(host, first.get(host.name) as Checkpoint));
  });

  async function sudoers(...lines: string[]): Promise<void> {
    await lab.exec(host, 'chpasswd', { stdin: `ops:${PASSWORD}\nroot:root-${PASSWORD}\n` });
    await lab.exec(host, 'cat >/etc/sudoers.d/ops; gpasswd -d ops sudo', { stdin: `${lines.join('\n')}\n` });
  }
  /** Failures of authentication that PAM has logged since the host was as at first. */
  async function failures(): Promise<number> {
    const { stdout } = await lab.exec(host, 'journalctl --sync; journalctl -q -o cat --no-pager');
    return stdout.split('\n').filter((line) => /authentication failure|FAILED SU/.test(line)).length;
  }

  test('sudo without a password, and with the right one', async () => {
    expect(await ask(await session(host), 'root')).toBe('root\n');
    await sudoers('ops ALL=(ALL) ALL');
    const asked = await session(host, { password: PASSWORD });
    expect(await ask(asked, 'root')).toBe('root\n');
    await echo(asked, 'root');
    await sudoers('ops ALL=(ALL) NOPASSWD: ALL');
    expect(await ask(await session(host, { password: 'not sent' }), 'root')).toBe('root\n');
    expect(await failures()).toBe(0);
  });

  test('a wrong password is tried once', async () => {
    await sudoers('ops ALL=(ALL) ALL');
    const wrong = await session(host, { password: 'wrong' });
    const before = await failures();
    const said = await Promise.all([refusal(wrong), refusal(wrong), refusal(wrong, 'www-data')]);
    for (const one of said) expect(one).toMatch(/privilege: .*sudo did not take the password of "ops"/);
    expect(await refusal(wrong)).toContain('tried once');
    expect((await failures()) - before).toBe(1);
  });

  test('requiretty', async () => {
    await sudoers('Defaults requiretty', 'ops ALL=(ALL) NOPASSWD: ALL');
    const quick = await session(host);
    expect(await ask(quick, 'root')).toBe('root\n');
    await echo(quick, 'root');
    await sudoers('Defaults requiretty, use_pty', 'Defaults lecture=always', 'ops ALL=(ALL) ALL');
    const asked = await session(host, { password: PASSWORD });
    expect(await ask(asked, 'root')).toBe('root\n');
    await echo(asked, 'root');
  });
});
