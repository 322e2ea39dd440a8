import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileMemories } from './memories.ts';

const SHA = 'ab'.repeat(32);
const memory = {
  proofs: new Map([['/usr/local/go.tar.gz', { identity: '1:2:3', sha256: SHA, at: 5 }]]),
  facts: new Map([['root\0fact:arch', 'amd64']]),
};
const NOTHING = { proofs: new Map(), facts: new Map() };
const targets = (address: string) => new Map([['web01', { address, port: 22 }]]);

let directory: string;
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'proofs-')), 'nested');
});
afterEach(() => rmSync(dirname(directory), { recursive: true }));

test('what was saved is loaded by the next run, and readable by the user alone', async () => {
  await fileMemories(targets('10.0.0.1'), directory).save('web01', memory);
  expect(await fileMemories(targets('10.0.0.1'), directory).load('web01')).toEqual(memory);
  const [name] = readdirSync(directory);
  expect(statSync(join(directory, name!)).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test('another address is another host', async () => {
  await fileMemories(targets('10.0.0.1'), directory).save('web01', memory);
  expect(await fileMemories(targets('10.0.0.2'), directory).load('web01')).toEqual(NOTHING);
});

test('what is damaged proves nothing', async () => {
  await fileMemories(targets('10.0.0.1'), directory).save('web01', memory);
  const file = join(directory, readdirSync(directory)[0]!);
  const whole = readFileSync(file, 'utf8');
  for (const text of [
    '',
    '{',
    'null',
    whole.slice(0, -5),
    whole.replace(SHA, 'short'),
    whole.replace('"version":1', '"version":9'),
  ]) {
    writeFileSync(file, text);
    const { proofs } = await fileMemories(targets('10.0.0.1'), directory).load('web01');
    expect(proofs, text).toEqual(NOTHING.proofs);
  }
});

test('a folder that cannot be written is no failure', async () => {
  await expect(
    fileMemories(targets('10.0.0.1'), '/dev/null/x').save('web01', memory),
  ).resolves.toBeUndefined();
});

// Node's recursive mkdir goes on for ever below /proc; that blocks a thread, which no time limit of the test ends.
test.each(['/proc/nope', '/proc/nope/deeper', '/proc/self/nope'])(
  '%s ends no run and holds none up',
  (place) => {
    const script = `import { fileMemories } from ${JSON.stringify(new URL('./memories.ts', import.meta.url).href)};
    const targets = new Map([['web01', { address: '10.0.0.1', port: 22 }]]);
    await fileMemories(targets, ${JSON.stringify(place)}).save('web01', { proofs: new Map([['/f', { identity: '1', sha256: 'ab' }]]), facts: new Map() });`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { status, stderr } = spawnSync(process.execPath, args, { timeout: 10_000, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  },
  20_000,
);

test('nothing is written when nothing has changed', async () => {
  const store = fileMemories(targets('10.0.0.1'), directory);
  expect(await store.load('web01')).toEqual(NOTHING);
  await store.save('web01', NOTHING);
  expect(() => readdirSync(directory)).toThrow();
});
