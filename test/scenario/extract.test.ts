import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  lab = await openLab({ name: labName('extract') });
  [host] = (await lab.up({ bookworm: 1 }, { diskMiB: 320 })) as [LabHost];
  directory = mkdtempSync(join(tmpdir(), 'provision-extract-'));
  inventory = join(directory, 'inventory.yml');
  await lab.writeInventory(inventory);
  mkdirSync(join(directory, 'tree/sub'), { recursive: true });
  for (let part = 0; part < 8; part += 1) {
    writeFileSync(join(directory, `tree/sub/part${part}`), randomBytes(10 * MIB));
  }
  execFileSync('tar', ['-C', directory, '-czf', join(directory, 'big.tar.gz'), 'tree']);
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

const fromController = { extract: { archive: 'big.tar.gz', dest: '/opt/big', strip: 1 } };

/** Something of the new tree lies on the host's disk. */
async function underWay(): Promise<boolean> {
  const { stdout } = await lab.exec(host, 'cat /opt/.provision-*/new/sub/* 2>/dev/null | wc -c');
  return Number(stdout) > 100_000;
}

describe('extract', () => {
  test('killed half way, it leaves the old tree whole and nothing else', async () => {
    await lab.exec(host, 'mkdir -p /opt/big/sub; echo old >/opt/big/sub/part0');
    const file = playbook('killed.yml', [fromController]);
    let pid = 0;
    const running = provision(['-i', inventory, file], {
      onSpawn: (child) => {
        pid = child;
      },
    });
    await until(underWay);
    process.kill(pid, 'SIGKILL');
    await running;
    await until(async () => (await lab.exec(host, 'ls -A /opt')).stdout === 'big\n');
    expect((await lab.exec(host, 'cd /opt/big; cat sub/*; find . | wc -l')).stdout).toBe('old\n3\n');
    const again = await provision(['-i', inventory, file]);
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect((await lab.exec(host, 'ls -A /opt; ls /opt/big/sub | wc -l')).stdout).toBe('big\n8\n');
    const converged = await provision(['drift', '-i', inventory, file, '--deep']);
    expect(converged.code, converged.stdout + converged.stderr).toBe(0);
  });

  test('a disk that fills up while it is unpacked is named, and the old tree stays', async () => {
    await lab.exec(host, 'mkdir -p /opt/big; echo old >/opt/big/old');
    const file = playbook('full.yml', [fromController]);
    const running = provision(['-i', inventory, file]);
    await until(underWay);
    // The network stands still while the disk fills up, so that it is full before the rest arrives.
    await lab.cut(host);
    await lab.exec(host, 'cat /dev/zero >/var/ballast 2>/dev/null; true');
    await lab.heal(host);
    const result = await running;
    expect(result.code).toBe(3);
    expect(result.stdout + result.stderr).toMatch(/No space left for \/opt\/big: needs 80 MiB/);
    expect((await lab.exec(host, 'ls -A /opt /opt/big')).stdout).toBe('/opt:\nbig\n\n/opt/big:\nold\n');
  });

  test('too little space for all that is to come is told before anything is sent', async () => {
    await lab.exec(host, 'head -c 170000000 /dev/zero >/var/ballast');
    const file = playbook('space.yml', [
      { upload: { src: 'big.tar.gz', dest: '/opt/big.tar.gz' } },
      { extract: { src: '/opt/big.tar.gz', dest: '/opt/big', strip: 1 } },
    ]);
    const result = await provision(['-i', inventory, file]);
    expect(result.code).toBe(3);
    expect(result.stdout + result.stderr).toMatch(
      /No space left for \/opt\/big: needs 80 MiB, .* free, of which earlier steps need 80 MiB/,
    );
    expect((await lab.exec(host, 'ls -A /opt')).stdout).toBe('');
  });
});
