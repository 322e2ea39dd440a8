import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../src/shell/quote.ts';
import { type Bench, script } from '../bench.ts';
import { withVariables } from '../contestants/floor.ts';
import { forEachHost, sshOptions } from '../contestants/openssh.ts';
import { measurePeers } from '../contestants/peers.ts';
import { goArguments, provision } from '../contestants/provision.ts';
import type { Contestant } from '../measure/contestant.ts';
import { resetHosts } from '../patient.ts';
import type { Part } from './part.ts';

const BY_HAND = 'ssh: a script by hand';
/** The archive of Debian's packages has 12,233; other versions have about as many. */
const FEWEST_FILES = 10_000;

/** (d) of the targets: hosts in their first state. */
export const fresh: Part = {
  id: 'fresh',
  title: 'Fresh hosts',
  measure: async (bench) => {
    const { fleet, options } = bench;
    const again = (contestant: Contestant, rounds: number): Contestant => ({
      ...contestant,
      rounds: Math.min(rounds, options.rounds),
      before: () => resetHosts(bench.lab, bench.hosts, bench.say),
      check: async (ended, round) => {
        await contestant.check?.(ended, round);
        await bench.onHosts(fleet.endpoints, checkScript(bench));
      },
    });
    const ours = await bench.measure([
      again(provision(bench, 'provision', goArguments(bench, fleet, 'apply'), fleet, 'changed'), 3),
      again(byHand(bench), 3),
    ]);
    await requireSameWork(bench);
    const peers = await measurePeers(bench, (peer) => [again(peer.go(fleet, true), 1)]);
    return {
      groups: [
        {
          title: 'playbooks/go.yml on hosts in their first state',
          hosts: fleet.endpoints.length,
          rows: [...ours, ...peers.rows],
          baselines: [BY_HAND, 'provision'],
        },
      ],
      notes: [
        'By hand: bench/scripts/fresh.sh on every host at once, over one connection of the system’s ssh each, with the archive on its standard input. What it leaves was shown by a dry run to need no change.',
        'The hosts are reset before each run. They share one disk.',
        ...peers.notes,
      ],
    };
  },
};

function byHand(bench: Bench): Contestant {
  const { directory, fleet, go, job, lab } = bench;
  const variables = {
    GO: go.version,
    ARCHIVE: job.archive,
    SHA256: go.sha256,
    KEY: readFileSync(`${lab.privateKey}.pub`, 'utf8').trim(),
  };
  const remote = withVariables(variables, script('fresh.sh'));
  // The driver takes a line for each host, and the script has many: it comes from a file.
  const file = join(directory, 'fresh-remote');
  writeFileSync(file, remote);
  return {
    name: BY_HAND,
    argv: forEachHost(directory, 'fresh-by-hand', fleet, ({ address, port }) => {
      const words = ['ssh', ...sshOptions(fleet), '-p', String(port), `root@${address}`];
      return `${words.map(quote).join(' ')} "$(cat ${quote(file)})" <${quote(go.path)}`;
    }),
  };
}

function checkScript({ go, job }: Bench): string {
  const variables = {
    GO: go.version,
    ARCHIVE: job.archive,
    SIZE: String(statSync(go.path).size),
    FILES: String(FEWEST_FILES),
  };
  return withVariables(variables, script('check.sh'));
}

/** The last to have run is the script by hand: on a host that it has made, a dry run must find nothing to change. */
async function requireSameWork(bench: Bench): Promise<void> {
  const fleet = bench.fleetOf('first', bench.fleet.endpoints.slice(0, 1));
  await bench.once(
    provision(bench, 'dry run after the script by hand', goArguments(bench, fleet, '--dry-run'), fleet, 'ok'),
  );
}
