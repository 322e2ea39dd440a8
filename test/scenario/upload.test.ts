import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { provision } from '../support/cli.ts';
import { labName } from '../support/lab-name.ts';
import { until } from '../support/until.ts';

const MIB = 1024 * 1024;

let lab: Lab;
let host: LabHost;
let directory: string;
let inventory: string;

beforeAll(async () => {
  lab = await openLab({ name: labName('upload') });
  [host] = (await lab.up({ bookworm: 1 }, { diskMiB: 256 })) as [LabHost];
  directory = mkdtempSync(join(tmpdir(), 'provision-upload-'));
  inventory = join(directory, 'inventory.yml');
  await lab.writeInventory(inventory);
  writeFileSync(join(directory, 'big.bin'), randomBytes(80 * MIB));
});
afterAll(async () => {
  await lab?.down();
  if (directory !== undefined) rmSync(directory, { recursive: true });
});
beforeEach(async () => {
  await lab.reset(host);
});

function playbook(name: string, steps: readonly unknown[]): string {
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify({ name, hosts: 'all', steps }));
  return file;
}

describe('upload', () => {
  test('killed half way, it leaves the old file whole and nothing else', async () => {
    await lab.exec(host, 'mkdir -p /srv/files; echo old >/srv/files/big.bin');
    const file = playbook('killed.yml', [{ upload: { src: 'big.bin', dest: '/srv/files/big.bin' } }]);
    let pid = 0;
    const running = provision(['-i', inventory, file], {
      onSpawn: (child) => {
        pid = child;
      },
    });
    await until(async () => {
      const { stdout } = await lab.exec(host, 'cat /srv/files/.provision-* 2>/dev/null | wc -c');
      return Number(stdout) > 100_000;
    });
    process.kill(pid, 'SIGKILL');
    await running;
    await until(async () => (await lab.exec(host, 'ls -A /srv/files')).stdout === 'big.bin\n');
    expect((await lab.exec(host, 'cat /srv/files/big.bin')).stdout).toBe('old\n');
    const again = await provision(['-i', inventory, file]);
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect((await lab.exec(host, 'stat -c %s /srv/files/big.bin; ls -A /srv/files')).stdout).toBe(
      `${80 * MIB}\nbig.bin\n`,
    );
  });

  test('two trips find out what is to be sent and whether there is room, and lock the host; one sends and proves it', async () => {
    const file = playbook('trips.yml', [{ upload: { src: 'big.bin', dest: '/opt/big.bin' } }]);
    const result = await provision(['-i', inventory, file, '--json']);
    expect(result.code, result.stdout + result.stderr).toBe(0);
    const events = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly event: string });
    expect(events.find(({ event }) => event === 'host-finished')).toMatchObject({
      status: 'changed',
      roundTrips: 3,
    });
  });

  test('too little space is told before anything is sent', async () => {
    await lab.exec(host, 'head -c 200000000 /dev/zero >/var/ballast');
    const file = playbook('space.yml', [{ upload: { src: 'big.bin', dest: '/opt/big.bin' } }]);
    const result = await provision(['-i', inventory, file]);
    expect(result.code).toBe(3);
    expect(result.stdout + result.stderr).toMatch(
      /No space left for \/opt\/big\.bin: needs 80(\.0)? MiB.*has \d/,
    );
    expect((await lab.exec(host, 'ls -A /opt')).stdout).toBe('');
  });

  test('a disk that fills up during the transfer is named, and nothing is left behind', async () => {
    const file = playbook('full.yml', [{ upload: { src: 'big.bin', dest: '/opt/big.bin' } }]);
    const running = provision(['-i', inventory, file]);
    await until(
      async () => Number((await lab.exec(host, 'cat /opt/.provision-* 2>/dev/null | wc -c')).stdout) > 0,
    );
    await lab.exec(host, 'cat /dev/zero >/var/ballast 2>/dev/null; true');
    const result = await running;
    expect(result.code).toBe(3);
    expect(result.stdout + result.stderr).toMatch(/No space left/);
    expect(result.stdout + result.stderr).toContain('/opt');
    expect((await lab.exec(host, 'ls -A /opt')).stdout).toBe('');
  });

  test('a full disk has no space for a file, and the dry run says so', async () => {
    const file = playbook('small.yml', [
      { file: { path: '/opt/first', content: '' } },
      { file: { path: '/opt/small', content: 'x'.repeat(300_000) } },
    ]);
    await lab.exec(host, 'cat /dev/zero >/var/ballast 2>/dev/null; true');
    for (const more of [['--dry-run'], []]) {
      const { code, stdout, stderr } = await provision(['-i', inventory, file, ...more]);
      expect(code, stdout + stderr).toBe(3);
      expect(stdout + stderr).toMatch(/No space left for \/opt\/small: needs 293 KiB, \/ has \d/);
      expect((await lab.exec(host, 'ls -A /opt')).stdout).toBe('');
    }
  });

  test('a wrong hash on the controller is found before any connection', async () => {
    await lab.cut(host);
    const file = playbook('pin.yml', [
      { upload: { src: 'big.bin', dest: '/opt/big.bin', sha256: '0'.repeat(64) } },
    ]);
    const result = await provision(['-i', inventory, file]);
    await lab.heal(host);
    expect(result.code).toBe(1);
    expect(result.stdout + result.stderr).toContain('0'.repeat(64));
    expect(result.stdout + result.stderr).toContain('pin.yml');
  });
});
