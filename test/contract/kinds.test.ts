import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TransportName } from '../../src/inventory/transports.ts';
import { STEP_KINDS } from '../../src/steps/index.ts';
import { type Checkpoint, type Lab, type LabHost, openLab } from '../lab/index.ts';
import { labName } from '../support/lab-name.ts';
import type { ContractCase, Distro } from './case.ts';
import { tryCase } from './harness.ts';
import { HostPool } from './host-pool.ts';

/**
 * Every step kind on every kind of host. `PROVISION_CONTRACT=ufw,user` and `PROVISION_DISTROS=…` narrow it down;
 * `PROVISION_TRANSPORT=openssh` has all of it over the system's ssh.
 */
const DISTROS: readonly Distro[] = ['bullseye', 'bookworm', 'trixie', 'busybox'];
const distros = DISTROS.filter((distro) => chosen('PROVISION_DISTROS', distro));
const folder = new URL('./cases/', import.meta.url);
const kinds = readdirSync(folder)
  .map((name) => name.replace(/\.ts$/, ''))
  .sort();

interface CaseFile {
  readonly cases: readonly ContractCase[];
}

/** Two hosts of each kind take turns: while a case runs on one, the other is brought back to its first state. */
const PER_DISTRO = 2;

/** Kinds that change more than files: systemd's state, the kernel's firewall rules and network settings. */
const BEYOND_FILES: ReadonlySet<string> = new Set(['service', 'ufw']);

/** Every third case of these is tried over the system's ssh too, to sshd and to dropbear. */
const BY_OPENSSH = {
  kinds: new Set(['command', 'file', 'sshd-config', 'upload']),
  distros: new Set<Distro>(['trixie', 'busybox']),
};

let lab: Lab;
const pools = new Map<Distro, HostPool>();

beforeAll(async () => {
  lab = await openLab({ name: labName('contract') });
  await lab.down();
  const hosts = await lab.up(Object.fromEntries(distros.map((distro) => [distro, PER_DISTRO])));
  for (const distro of distros) {
    const mine = hosts.filter((host) => host.distro === distro);
    pools.set(distro, new HostPool(lab, mine));
  }
});
afterAll(async () => {
  await lab?.down();
});

test('every step kind has cases', () => {
  expect(kinds).toEqual([...STEP_KINDS.keys()].map((name) => name.replaceAll('_', '-')).sort());
});

const chosenKinds = await Promise.all(
  kinds
    .filter((name) => chosen('PROVISION_CONTRACT', name))
    .map(async (kind) => {
      const { cases } = (await import(new URL(`${kind}.ts`, folder).href)) as CaseFile;
      return { kind, cases };
    }),
);

// The distros side by side, for much of a case is waiting; and each begins elsewhere, so that the kinds for which a
// host must be started anew each time do not all come at once.
distros.forEach((distro, place) => {
  const offset = Math.floor((place * chosenKinds.length) / distros.length);
  describe.concurrent(`on ${distro}`, () => {
    for (const { kind, cases } of [...chosenKinds.slice(offset), ...chosenKinds.slice(0, offset)]) {
      const mine = cases.filter(({ only }) => only === undefined || only.includes(distro));
      describe.sequential(`${kind} on ${distro}`, () => {
        const tried = (title: string, one: ContractCase, transport?: TransportName): void => {
          test(title, async () => {
            const attempt = (host: LabHost, first: Checkpoint) =>
              tryCase(lab, host, first.mark, one, transport);
            await pools.get(distro)!.borrow(attempt, needsReset(kind, distro, one));
          });
        };
        for (const one of mine) tried(one.title, one);
        if (!BY_OPENSSH.kinds.has(kind) || !BY_OPENSSH.distros.has(distro)) return;
        for (const one of mine.filter((_, at) => at % 3 === 0))
          tried(`openssh: ${one.title}`, one, 'openssh');
      });
    }
  });
});

/** Busybox hosts have neither systemd nor ufw; and what is refused on a host as it came has changed nothing there. */
function needsReset(kind: string, distro: Distro, one: ContractCase): boolean {
  const refused = one.refusedOn?.[distro] !== undefined && one.prepare === undefined;
  if (one.beyondFiles === true) return true;
  return BEYOND_FILES.has(kind) && distro !== 'busybox' && !refused;
}

function chosen(variable: string, name: string): boolean {
  const list = process.env[variable];
  return list === undefined || list === '' || list.split(',').includes(name);
}
