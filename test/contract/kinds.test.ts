import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STEP_KINDS } from '../../src/steps/index.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import type { ContractCase, Distro } from './case.ts';
import { tryCase } from './harness.ts';

/** Every step kind on every kind of host. `PROVISION_CONTRACT=ufw,user` and `PROVISION_DISTROS=…` narrow it down. */
const DISTROS: readonly Distro[] = ['bullseye', 'bookworm', 'trixie', 'busybox'];
const distros = DISTROS.filter((distro) => chosen('PROVISION_DISTROS', distro));
const folder = new URL('./cases/', import.meta.url);
const kinds = readdirSync(folder)
  .map((name) => name.replace(/\.ts$/, ''))
  .sort();

let lab: Lab;
let hosts: readonly LabHost[] = [];

beforeAll(async () => {
  lab = await openLab({ name: 'contract' });
  hosts = await lab.up(Object.fromEntries(distros.map((distro) => [distro, 1])));
});
afterAll(async () => {
  await lab?.down();
});

test('every step kind has cases', () => {
  expect(kinds).toEqual([...STEP_KINDS.keys()].map((name) => name.replaceAll('_', '-')).sort());
});

for (const kind of kinds.filter((name) => chosen('PROVISION_CONTRACT', name))) {
  const { cases } = (await import(new URL(`${kind}.ts`, folder).href)) as { cases: readonly ContractCase[] };
  for (const distro of distros) {
    const mine = cases.filter(({ only }) => only === undefined || only.includes(distro));
    describe(`${kind} on ${distro}`, () => {
      for (const one of mine) {
        test(one.title, async () => {
          const host = hosts.find((candidate) => candidate.distro === distro) as LabHost;
          await lab.reset(host);
          await tryCase(lab, host, one);
        });
      }
    });
  }
}

function chosen(variable: string, name: string): boolean {
  const list = process.env[variable];
  return list === undefined || list === '' || list.split(',').includes(name);
}
