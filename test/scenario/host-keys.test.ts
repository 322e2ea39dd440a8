import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/ssh/connect.ts';
import type { ConnectionError } from '../../src/ssh/errors.ts';
import type { HostKeyCheck } from '../../src/ssh/host-keys/host-key-check.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { fingerprintOf, HostKeyOracle, keysOf } from '../support/host-key-oracle.ts';
import { labTarget } from '../support/host-session.ts';
import { labName } from '../support/lab-name.ts';
import { VERIFIER_ANSWERS } from '../support/verifier-answers.ts';

let lab: Lab;
/** OpenSSH 8.4, 9.2 and 10.0, then dropbear. */
let hosts: readonly LabHost[];
let debians: readonly LabHost[];

/** Two ports; keys are exchanged anew each mebibyte. */
const SETTINGS = 'Port 22\\nPort 2222\\nRekeyLimit 1M\\n';
/** OpenSSH 9.8 and later keeps those away who turn back at its key too often (sshd_config(5), PerSourcePenalties): as we do here. */
const PATIENT = 'PerSourcePenalties no\\n';

beforeAll(async () => {
  lab = await openLab({ name: labName('host-keys') });
  hosts = await lab.up({ bullseye: 1, bookworm: 1, trixie: 1, busybox: 1 });
  debians = hosts.filter(({ distro }) => distro !== 'busybox');
  await Promise.all(
    debians.map((host) => {
      const settings = host.distro === 'trixie' ? SETTINGS + PATIENT : SETTINGS;
      return succeed(host, `printf '${settings}' >/etc/ssh/sshd_config.d/own.conf; systemctl restart ssh`);
    }),
  );
});
afterAll(async () => {
  await lab?.down();
});

async function succeed(host: LabHost, script: string): Promise<void> {
  const { code, stderr } = await lab.exec(host, script);
  expect(code, `${host.name}: ${stderr}`).toBe(0);
}

const ED = 'ssh-ed25519';
const RSA = 'ssh-rsa';

interface Given {
  readonly host: LabHost;
  readonly oracle: HostKeyOracle;
  /** The host's keys by type, and those of another host. */
  readonly keys: Readonly<Record<string, string>>;
  readonly wrong: Readonly<Record<string, string>>;
}

/** The same with each of the three servers, side by side. */
async function withEach(body: (given: Given) => Promise<void>): Promise<void> {
  await Promise.all(
    debians.map((host, index) => {
      const other = debians[(index + 1) % debians.length] as LabHost;
      const oracle = new HostKeyOracle(lab, host);
      return body({ host, oracle, keys: keysOf(lab, host), wrong: keysOf(lab, other) });
    }),
  );
}

describe('keys of a real sshd, and ssh is of the same mind', () => {
  test('known: plain, hashed, with a port, by wildcard, under an alias', async () => {
    await withEach(async ({ host: { address }, oracle, keys }) => {
      await oracle.expectIn(oracle.knownIn(`${address} ${keys[ED]}`));
      const hashed = oracle.file('hashed', `${address} ${keys[ED]}`);
      execFileSync('ssh-keygen', ['-q', '-H', '-f', hashed], { stdio: 'ignore' });
      expect(readFileSync(hashed, 'utf8')).toMatch(/^\|1\|/);
      await oracle.expectIn(`UserKnownHostsFile ${hashed}`);
      await oracle.expectIn('Port 2222', oracle.knownIn(`[${address}]:2222 ${keys[ED]}`));
      await oracle.expectIn(oracle.knownIn(`10.*,!10.0.0.1 ${keys[ED]}`));
      await oracle.expectIn('HostKeyAlias Alias', oracle.knownIn(`alias ${keys[ED]}`));
      await oracle.expectIn('Port 2222', 'HostKeyAlias alias', oracle.knownIn(`alias ${keys[ED]}`));
    });
  });

  test('known in any of several files, user and global', async () => {
    await withEach(async ({ host: { address }, oracle, keys }) => {
      const empty = oracle.file('empty');
      const own = oracle.file('own', `${address} ${keys[ED]}`);
      await oracle.expectIn(`UserKnownHostsFile ${empty} ${own}`);
      await oracle.expectIn(`UserKnownHostsFile ${empty}`, `GlobalKnownHostsFile ${own}`);
      await oracle.expectIn(`UserKnownHostsFile none`, `GlobalKnownHostsFile ${own}`);
    });
  });

  test('known by one type only: the host is asked for that one', async () => {
    await withEach(async ({ host: { address }, oracle, keys, wrong }) => {
      for (const key of Object.values(keys)) await oracle.expectIn(oracle.knownIn(`${address} ${key}`));
      // A wrong key of another type does not matter as long as the host shows the known one first.
      await oracle.expectIn(oracle.knownIn(`${address} ${keys[RSA]}`, `[${address}]:2222 ${wrong[ED]}`));
    });
  });

  test('a key of another type than the known one is a change, when the host has lost that', async () => {
    await withEach(async ({ host, oracle, keys }) => {
      await succeed(host, 'mv /etc/ssh/ssh_host_rsa_key /etc/ssh/kept; systemctl restart ssh');
      await oracle.expectOut('a key of another type', oracle.knownIn(`${host.address} ${keys[RSA]}`));
      await succeed(host, 'mv /etc/ssh/kept /etc/ssh/ssh_host_rsa_key; systemctl restart ssh');
    });
  });

  test('changed: both fingerprints and the line; with accept-new too', async () => {
    await withEach(async ({ host: { address }, oracle, keys, wrong }) => {
      const lines = ['# first', `${address} ${wrong[ED]}`];
      const known = join(oracle.directory, 'known_hosts');
      for (const more of ['StrictHostKeyChecking yes', 'StrictHostKeyChecking accept-new']) {
        const said = await oracle.expectOut('has CHANGED', more, oracle.knownIn(...lines));
        expect(said).toContain(`${known}:2 has SHA256:`);
        const shown = new Set(said.match(/SHA256:[\w+/]{43}/g));
        expect(shown).toEqual(new Set([fingerprintOf(keys[ED]!), fingerprintOf(wrong[ED]!)]));
        expect(readFileSync(known, 'utf8')).toBe(`${lines.join('\n')}\n`);
      }
    });
  });

  test('revoked', async () => {
    await withEach(async ({ host: { address }, oracle, keys }) => {
      await oracle.expectOut(
        'has revoked',
        oracle.knownIn(`${address} ${keys[ED]}`, `@revoked * ${keys[ED]}`),
      );
    });
  });

  test('unknown: refused when strict, whoever says so; written down and believed with accept-new', async () => {
    await withEach(async ({ host: { address }, oracle, keys }) => {
      const none = oracle.knownIn('');
      const said = await oracle.expectOut('is not a known host', 'StrictHostKeyChecking yes', none);
      expect(said).toContain(fingerprintOf(keys[ED]!));
      const strict = await oracle.ask(['StrictHostKeyChecking accept-new', oracle.knownIn('')], 'strict');
      expect(strict.isIn).toBe(false);
      const added = oracle.knownIn('');
      const accepted = await oracle.ask(['Port 2222', 'StrictHostKeyChecking accept-new', added]);
      expect(accepted.isIn, accepted.said).toBe(true);
      expect(readFileSync(join(oracle.directory, 'known_hosts'), 'utf8')).toContain(
        `[${address}]:2222 ${keys[ED]}`,
      );
      await oracle.expectIn('Port 2222', 'StrictHostKeyChecking yes', added);
    });
  });
});

describe('what ssh takes otherwise', () => {
  test('StrictHostKeyChecking no is not obeyed, and that is said', async () => {
    await withEach(async ({ oracle }) => {
      const { isIn, notes } = await oracle.ask(['StrictHostKeyChecking no', oracle.knownIn('')]);
      expect(isIn).toBe(false);
      expect(notes).toMatchObject([
        { severity: 'warning', message: expect.stringContaining('is not obeyed'), place: { line: 3 } },
      ]);
    });
  });

  test('an authority for host certificates alone proves nothing here, and that is said', async () => {
    await withEach(async ({ oracle, keys }) => {
      const { isIn, said } = await oracle.ask([oracle.knownIn(`@cert-authority * ${keys[ED]}`)]);
      expect(isIn).toBe(false);
      expect(said).toContain('host certificates are not supported');
      expect(said).toContain(`${join(oracle.directory, 'known_hosts')}:1 is a @cert-authority line`);
    });
  });

  test('a file that cannot be read proves nobody', async () => {
    await withEach(async ({ oracle }) => {
      const { isIn, said } = await oracle.ask([`UserKnownHostsFile ${oracle.directory}`]);
      expect(isIn).toBe(false);
      expect(said).toContain('cannot be read');
    });
  });
});

describe('whatever a check comes up with but a plain yes', () => {
  const connectWith = (to: LabHost, hostKeys: HostKeyCheck) =>
    connect({ ...labTarget(lab, to, { user: 'root' }), hostKeys });

  test.each(VERIFIER_ANSWERS)('%s: nobody is logged in to', async (_, check) => {
    await Promise.all(
      hosts.map(async (to) => {
        const failed = await connectWith(to, { knownTypes: [], check: check as never }).catch(
          (error: ConnectionError) => error,
        );
        expect((failed as ConnectionError).failure, to.name).toMatchObject({ kind: 'host-key' });
      }),
    );
  });

  // Dropbear exchanges keys anew after a gigabyte or eight hours, and nothing sets that otherwise.
  test.each(VERIFIER_ANSWERS)('%s when keys are exchanged anew: the connection ends', async (_, check) => {
    await Promise.all(
      debians.map(async (to) => {
        let asked = 0;
        const transport = await connectWith(to, {
          knownTypes: [],
          check: () => {
            asked += 1;
            return asked === 1 ? { trusted: true } : (check() as never);
          },
        });
        const { io, exited } = await transport.open('head -c 30000000 /dev/zero');
        io.resume();
        expect(await exited, to.name).toBeUndefined();
        await transport.closed;
        expect(asked, to.name).toBe(2);
      }),
    );
  });
});

test('a server that asks for new keys again and again is served', async () => {
  await Promise.all(
    debians.map(async (host) => {
      const transport = await connect(labTarget(lab, host, { user: 'root' }));
      const { io, exited } = await transport.open('head -c 20000000 /dev/zero | tr "\\0" x');
      let bytes = 0;
      for await (const chunk of io) bytes += (chunk as Buffer).length;
      expect(await exited, host.name).toBe(0);
      expect(bytes, host.name).toBe(20_000_000);
      await transport.close();
    }),
  );
});
