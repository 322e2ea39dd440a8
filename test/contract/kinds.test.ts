import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STEP_KINDS } from '../../src/steps/index.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { labName } from '../support/lab-name.ts';
import type { ContractCase, Distro } from './case.ts';
import { tryCase } from './harness.ts';

/** Every step kind on every kind of host. `PROVISION_CONTRACT=ufw,user` and `PROVISION_DISTROS=…` narrow it down. */
const DISTROS: readonly Distro[] = ['bullseye', 'bookworm', 'trixie', 'busybox'];
const distros = DISTROS.filter((distro) => chosen('PROVISION_DISTROS', distro));
const folder = new URL('./cases/', import.meta.url);
const kinds = readdirSync(folder)
  .map((name) => name.replace(/\.ts$/, ''))
  .sort();

/** Two hosts of each kind take turns: while a case runs on one, the other is brought back to its first state. */
const PER_DISTRO = 2;

let lab: Lab;
const waiting = new Map<Distro, { readonly host: LabHost; readonly ready: Promise<void> }[]>();

beforeAll(async () => {
  lab = await openLab({ name: labName('contract') });
  const hosts = await lab.up(Object.fromEntries(distros.map((distro) => [distro, PER_DISTRO])));
  await lab.reset(...hosts);
  for (const distro of distros) {
    const mine = hosts.filter((host) => host.distro === distro);
    waiting.set(
      distro,
      mine.map((host) => ({ host, ready: Promise.resolve() })),
    );
  }
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
          const turns = waiting.get(distro) ?? [];
          const next = turns.shift();
          if (next === undefined) throw new Error(`no ${distro} host is up`);
          await next.ready;
          try {
            await tryCase(lab, next.host, one);
          } finally {
            const ready = lab.reset(next.host);
            ready.catch(() => {}); // told by the next case that waits for it
            turns.push({ host: next.host, ready });
          }
        });
      }
    });
  }
}

function chosen(variable: string, name: string): boolean {
  const list = process.env[variable];
  return list === undefined || list === '' || list.split(',').includes(name);
}
