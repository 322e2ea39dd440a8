import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSshConfig } from '../../src/ssh/config/read.ts';
import { connect } from '../../src/ssh/connect.ts';
import type { ConnectionError } from '../../src/ssh/errors.ts';
import type { HostKeyCheck } from '../../src/ssh/host-key-check.ts';
import { Targets } from '../../src/ssh/target.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { labTarget } from '../support/host-session.ts';
import { labName } from '../support/lab-name.ts';

let lab: Lab;
let host: LabHost;
let other: LabHost;
let small: LabHost;
let directory: string;
/** Lines `type base64` of the keys. */
let keys: Readonly<Record<string, string>>;
let wrong: Readonly<Record<string, string>>;

beforeAll(async () => {
  lab = await openLab({ name: labName('host-keys') });
  [host, other, small] = (await lab.up({ bookworm: 1, trixie: 1, busybox: 1 })) as [
    LabHost,
    LabHost,
    LabHost,
  ];
  directory = mkdtempSync(join(tmpdir(), 'provision-host-keys-'));
  const known = readFileSync(lab.knownHosts, 'utf8').split('\n');
  const keysOf = (name: string): Record<string, string> =>
    Object.fromEntries(
      known
        .filter((line) => line.includes(`,${name} `))
        .map((line) => line.replace(/^\S+ /, ''))
        .map((line) => [line.split(' ')[0]!, line]),
    );
  keys = keysOf(host.name);
  wrong = keysOf(other.name);
  await lab.exec(
    host,
    "printf 'Port 22\\nPort 2222\\nRekeyLimit 1M\\n' >/etc/ssh/sshd_config.d/own.conf; systemctl restart ssh",
  );
});
afterAll(async () => {
  await lab?.down();
});

const ED = 'ssh-ed25519';
const RSA = 'ssh-rsa';

function file(name: string, ...lines: readonly string[]): string {
  const path = join(directory, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** What we and `ssh` make of a host, given one configuration. */
async function ask(settings: readonly string[], hostKeyPolicy?: 'strict') {
  const config = file(
    'ssh_config',
    'Host it',
    `  HostName ${host.address}`,
    ...settings,
    'GlobalKnownHostsFile none',
    'User root',
    `IdentityFile ${lab.privateKey}`,
    'IdentitiesOnly yes',
  );
  const read = readSshConfig({ file: config });
  expect(read.diagnostics).toEqual([]);
  const targets = new Targets({
    privateKeys: [],
    config: read.config,
    ...(hostKeyPolicy ? { hostKeyPolicy } : {}),
  });
  const result = targets.target({ address: 'it', kind: 'ssh', proxyJump: [] }, 'root');
  if (!result.ok) throw new Error(result.message);
  const transport = await connect(result.target).catch((error: ConnectionError) => error);
  if (!(transport instanceof Error)) await transport.close();
  const failure = transport instanceof Error ? transport.failure : undefined;
  if (failure !== undefined) expect(failure.kind).toBe('host-key');
  const ssh = ['-F', config, '-o', 'BatchMode=yes', '-o', 'UpdateHostKeys=no', 'it', 'true'];
  return {
    said: `${failure?.message ?? ''}; ${failure?.hint ?? ''}`,
    isIn: failure === undefined,
    notes: targets.notes,
    ssh: spawnSync('ssh', ssh).status,
  };
}

/** The case that both let in. */
async function expectIn(...settings: readonly string[]): Promise<void> {
  const { isIn, said, ssh } = await ask(settings);
  expect(isIn, said).toBe(true);
  expect(ssh).toBe(0);
}

/** The case that both refuse. */
async function expectOut(message: string, ...settings: readonly string[]): Promise<string> {
  const { isIn, said, ssh } = await ask(settings);
  expect(isIn).toBe(false);
  expect(said).toContain(message);
  expect(ssh).toBe(255);
  return said;
}

const knownIn = (...lines: readonly string[]): string =>
  `UserKnownHostsFile ${file('known_hosts', ...lines)}`;

describe('keys of a real sshd, and ssh is of the same mind', () => {
  test('known: plain, hashed, with a port, by wildcard, under an alias', async () => {
    await expectIn(knownIn(`${host.address} ${keys[ED]}`));
    const hashed = file('hashed', `${host.address} ${keys[ED]}`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', hashed], { stdio: 'ignore' });
    expect(readFileSync(hashed, 'utf8')).toMatch(/^\|1\|/);
    await expectIn(`UserKnownHostsFile ${hashed}`);
    await expectIn('Port 2222', knownIn(`[${host.address}]:2222 ${keys[ED]}`));
    await expectIn(knownIn(`10.*,!10.0.0.1 ${keys[ED]}`));
    await expectIn('HostKeyAlias Alias', knownIn(`alias ${keys[ED]}`));
    await expectIn('Port 2222', 'HostKeyAlias alias', knownIn(`alias ${keys[ED]}`));
  });

  test('known in any of several files, user and global', async () => {
    const empty = file('empty');
    const own = file('own', `${host.address} ${keys[ED]}`);
    await expectIn(`UserKnownHostsFile ${empty} ${own}`);
    await expectIn(`UserKnownHostsFile ${empty}`, `GlobalKnownHostsFile ${own}`);
    await expectIn(`UserKnownHostsFile none`, `GlobalKnownHostsFile ${own}`);
  });

  test('known by one type only: the host is asked for that one', async () => {
    for (const key of Object.values(keys)) await expectIn(knownIn(`${host.address} ${key}`));
    // A wrong key of another type does not matter as long as the host shows the known one first.
    await expectIn(knownIn(`${host.address} ${keys[RSA]}`, `[${host.address}]:2222 ${wrong[ED]}`));
  });

  test('a key of another type than the known one is a change, when the host has lost that', async () => {
    await lab.exec(host, 'mv /etc/ssh/ssh_host_rsa_key /etc/ssh/kept; systemctl restart ssh');
    await expectOut('a key of another type', knownIn(`${host.address} ${keys[RSA]}`));
    await lab.exec(host, 'mv /etc/ssh/kept /etc/ssh/ssh_host_rsa_key; systemctl restart ssh');
  });

  test('changed: both fingerprints and the line; with accept-new too', async () => {
    const lines = ['# first', `${host.address} ${wrong[ED]}`];
    for (const more of ['StrictHostKeyChecking yes', 'StrictHostKeyChecking accept-new']) {
      const said = await expectOut('has CHANGED', more, knownIn(...lines));
      expect(said).toContain(`${join(directory, 'known_hosts')}:2 has SHA256:`);
      const shown = new Set(said.match(/SHA256:[\w+/]{43}/g));
      expect(shown).toEqual(new Set([fingerprintOf(keys[ED]!), fingerprintOf(wrong[ED]!)]));
      expect(readFileSync(join(directory, 'known_hosts'), 'utf8')).toBe(`${lines.join('\n')}\n`);
    }
  });

  test('revoked', async () => {
    await expectOut('has revoked', knownIn(`${host.address} ${keys[ED]}`, `@revoked * ${keys[ED]}`));
  });

  test('unknown: refused when strict, whoever says so; written down and believed with accept-new', async () => {
    const said = await expectOut('is not a known host', 'StrictHostKeyChecking yes', knownIn(''));
    expect(said).toContain(fingerprintOf(keys[ED]!));
    const strict = await ask(['StrictHostKeyChecking accept-new', knownIn('')], 'strict');
    expect(strict.isIn).toBe(false);
    const added = knownIn('');
    const accepted = await ask(['Port 2222', 'StrictHostKeyChecking accept-new', added]);
    expect(accepted.isIn, accepted.said).toBe(true);
    expect(readFileSync(join(directory, 'known_hosts'), 'utf8')).toContain(
      `[${host.address}]:2222 ${keys[ED]}`,
    );
    await expectIn(
      'Port 2222',
      'StrictHostKeyChecking yes',
      `UserKnownHostsFile ${join(directory, 'known_hosts')}`,
    );
  });

  test('StrictHostKeyChecking no is not obeyed, and that is said', async () => {
    const { isIn, notes } = await ask(['StrictHostKeyChecking no', knownIn('')]);
    expect(isIn).toBe(false);
    expect(notes).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('is not obeyed'), place: { line: 3 } },
    ]);
  });

  test('an authority for host certificates alone proves nothing here, and that is said', async () => {
    const { isIn, said } = await ask([knownIn(`@cert-authority * ${keys[ED]}`)]);
    expect(isIn).toBe(false);
    expect(said).toContain('host certificates are not supported');
    expect(said).toContain(`${join(directory, 'known_hosts')}:1 is a @cert-authority line`);
  });

  test('a file that cannot be read proves nobody', async () => {
    const { isIn, said } = await ask([`UserKnownHostsFile ${directory}`]);
    expect(isIn).toBe(false);
    expect(said).toContain('cannot be read');
  });
});

/** Twelve answers that ssh2 would take for a yes, or might, and some more. */
const answers: readonly [string, () => unknown][] = [
  ['false', () => false],
  ['undefined', () => undefined],
  ['null', () => null],
  ['0', () => 0],
  ["''", () => ''],
  ['NaN', () => Number.NaN],
  ['a promise of false', () => Promise.resolve(false)],
  ['a promise of true', () => Promise.resolve(true)],
  ['an Error', () => new Error('no')],
  ["{ trusted: 'yes' }", () => ({ trusted: 'yes' })],
  ['{}', () => ({})],
  [
    'an exception',
    () => {
      throw new Error('no');
    },
  ],
  ['true', () => true],
  ['a promise of trust', () => Promise.resolve({ trusted: true })],
];

describe('whatever a check comes up with but a plain yes', () => {
  const connectWith = (to: LabHost, hostKeys: HostKeyCheck) =>
    connect({ ...labTarget(lab, to, { user: 'root' }), hostKeys });

  test.each(answers)('%s: nobody is logged in to', async (_, check) => {
    for (const to of [host, small]) {
      const failed = connectWith(to, { knownTypes: [], check: check as never }).catch(
        (error: ConnectionError) => error,
      );
      expect(((await failed) as ConnectionError).failure).toMatchObject({ kind: 'host-key' });
    }
  });

  test.each(answers)('%s when keys are exchanged anew: the connection ends', async (_, check) => {
    let asked = 0;
    const transport = await connectWith(host, {
      knownTypes: [],
      check: () => {
        asked += 1;
        return asked === 1 ? { trusted: true } : (check() as never);
      },
    });
    const { io, exited } = await transport.open('head -c 30000000 /dev/zero');
    io.resume();
    expect(await exited).toBeUndefined();
    await transport.closed;
    expect(asked).toBe(2);
  });
});

test('a server that asks for new keys again and again is served', async () => {
  const transport = await connect(labTarget(lab, host, { user: 'root' }));
  const { io, exited } = await transport.open('head -c 20000000 /dev/zero | tr "\\0" x');
  let bytes = 0;
  for await (const chunk of io) bytes += (chunk as Buffer).length;
  expect(await exited).toBe(0);
  expect(bytes).toBe(20_000_000);
  await transport.close();
});

function fingerprintOf(line: string): string {
  const said = execFileSync('ssh-keygen', ['-lf', '-'], { input: `${line}\n`, encoding: 'utf8' });
  return said.split(' ')[1]!;
}
