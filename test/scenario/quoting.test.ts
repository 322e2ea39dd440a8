import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunMode, StepReport } from '../../src/engine/events.ts';
import type { BecomeMethod } from '../../src/inventory/become-methods.ts';
import { sh } from '../../src/shell/quote.ts';
import { type Distro, type Lab, type LabHost, openLab } from '../lab/index.ts';
import { anyText, CASES, firstDifference, samples } from '../support/arbitrary-text.ts';
import { differentNames, fileName, rawFileName } from '../support/file-names.ts';
import { openSession } from '../support/host-session.ts';
import { labName } from '../support/lab-name.ts';
import { NamingHost, namedThings } from '../support/named-things.ts';
import { culpritOf } from '../support/one-by-one.ts';
import { runSteps } from '../support/run-steps.ts';
import { tarArchive } from '../support/tar-archive.ts';

/**
 * Any text arrives unchanged over a real connection, as another user too, in one channel of it; and any name names its file: dash
 * by three releases of OpenSSH, busybox by dropbear.
 */
let lab: Lab;
let hosts: readonly LabHost[];
const DISTROS: readonly Distro[] = ['bullseye', 'bookworm', 'trixie', 'busybox'];

beforeAll(async () => {
  lab = await openLab({ name: labName('quoting') });
  await lab.down();
  hosts = await lab.up(Object.fromEntries(DISTROS.map((distro) => [distro, 1])));
});
afterAll(async () => {
  await lab?.down();
});

const hostOf = (distro: string): LabHost => hosts.find((one) => one.distro === distro) as LabHost;

test.each<readonly [distro: Distro, login: string, method: BecomeMethod, user: string]>([
  ['bookworm', 'ops', 'sudo', 'ops'],
  ['bookworm', 'ops', 'sudo', 'root'],
  ['bookworm', 'ops', 'sudo', 'nobody'],
  ['bookworm', 'root', 'su', 'ops'],
  ['busybox', 'root', 'su', 'root'],
])('%s: logged in as %s, by %s as %s', async (distro, login, method, user) => {
  const session = await openSession(lab, hostOf(distro), { user: login, method });
  try {
    const { values, seed } = samples(anyText, CASES);
    const parts = Array.from({ length: Math.ceil(CASES / 500) }, (_, index) =>
      values.slice(500 * index, 500 * index + 500),
    );
    const frames = parts.map((part) => ({ script: sh`for w in ${part}; do printf '%s\\000' "$w"; done` }));
    const { results } = await session.run(user, [{ script: sh`id -un` }, ...frames], { timeout: 60_000 });
    expect(results[0]?.stdout.toString()).toBe(`${user}\n`);
    const words = results.slice(1).flatMap(({ stdout }) => stdout.toString('utf8').split('\0').slice(0, -1));
    expect(firstDifference(values, words), `seed ${seed}`).toBeUndefined();
  } finally {
    await session.close();
  }
});

/** Names for each of two shells: dash has those of three systems together. */
const NAMES: Readonly<Record<string, number>> = {
  bullseye: CASES / 3,
  bookworm: CASES / 3,
  trixie: CASES / 3,
  busybox: CASES,
};
/** To make what has them takes a host a hundred times as long as to find it. */
const MADE = CASES / 100;

/** A newline is told as the byte 1: two names that differ in nothing else are told as one. */
function asTold(name: Buffer): string {
  const text = name.toString('latin1');
  return text.includes('\n') ? text.replaceAll('\x01', '\n') : text;
}

const withoutControls = (name: Buffer): Buffer =>
  Buffer.from(name.map((byte) => (byte < 32 || byte === 127 ? 0xfe : byte)));

function targetOf(distro: string) {
  const { name, address, port } = hostOf(distro);
  return { name, address, port, keyPath: lab.privateKey };
}

describe.concurrent.each(DISTROS)('names of files on %s', { timeout: 500_000 }, (distro) => {
  async function withHost<Result>(use: (host: NamingHost) => Promise<Result>): Promise<Result> {
    const host = new NamingHost(targetOf(distro), await lab.root(hostOf(distro)));
    try {
      return await use(host);
    } finally {
      host.close();
    }
  }

  test.sequential('what has any name is found, and found right', async () => {
    const { seed, values } = differentNames(fileName, Math.ceil(NAMES[distro]!));
    const things = namedThings(values);
    const culprit = await withHost((host) => culpritOf(things, 500, (batch) => host.findsAll(batch)));
    expect(culprit, `seed ${seed}`).toBeUndefined();
  });

  test.sequential('what has any name is made, found and removed', async () => {
    const { seed, values } = differentNames(fileName, MADE);
    const things = namedThings(values);
    const culprit = await withHost((host) => culpritOf(things, 100, (batch) => host.makesAll(batch)));
    expect(culprit, `seed ${seed}`).toBeUndefined();
  });

  /** No YAML names these: they come with archives, which hold no control characters, and from the hosts themselves. */
  const DEST = '/run/raw';
  async function perform(mode: RunMode, step: Record<string, unknown>): Promise<StepReport> {
    const { report } = await runSteps(targetOf(distro), [step], { mode, deep: true });
    const [only] = report?.hosts[0]?.steps ?? [];
    if (only?.failure !== undefined || only === undefined)
      throw new Error(JSON.stringify(only?.failure ?? report?.hosts[0]));
    return only;
  }

  test.sequential('names that are any bytes are unpacked, told from what is not in the archive, and removed', async () => {
    const { seed, values: packed } = differentNames(rawFileName.map(withoutControls), CASES);
    const known = new Set(packed.map((name) => name.toString('latin1')));
    const others = differentNames(rawFileName, CASES).values;
    const foreign = others.filter((name) => !known.has(name.toString('latin1')));
    const folder = mkdtempSync(join(tmpdir(), 'provision-raw-'));
    const archive = join(folder, 'raw.tar');
    writeFileSync(
      archive,
      tarArchive(packed.map((name) => ({ name: name.toString('latin1'), content: 'x' }))),
    );
    const there = `${await lab.root(hostOf(distro))}${DEST}`;
    const found = () => new Set(readdirSync(there, { encoding: 'latin1' }));
    const extract = { extract: { archive, dest: DEST } };
    try {
      expect((await perform('apply', extract)).changes, `seed ${seed}`).toHaveLength(1);
      expect(found(), `seed ${seed}`).toEqual(known);
      expect((await perform('drift', extract)).changes, `seed ${seed}`).toEqual([]);
      for (const name of foreign) writeFileSync(Buffer.concat([Buffer.from(`${there}/`), name]), '');
      const { changes } = await perform('drift', extract);
      const told = new Set(foreign.map(asTold)).size;
      expect(changes[0]?.before, `seed ${seed}`).toBe(`${told} not in it; the first 50 follow`);
      await perform('apply', extract);
      expect(found(), `seed ${seed}`).toEqual(known);
      await perform('apply', { directory: { path: DEST, state: 'absent', recursive: true } });
      expect(existsSync(there)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
