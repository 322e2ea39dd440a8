import { connectOnly, goAnchors, looksByHand } from '../contestants/floor.ts';
import { measurePeers } from '../contestants/peers.ts';
import { converge, goArguments, provision } from '../contestants/provision.ts';
import type { Measured } from '../measure/turns.ts';
import type { Group } from '../report/results.ts';
import { seriesByHosts } from '../report/series.ts';
import type { Part } from './part.ts';

const COUNTS = [1, 5, 10];

/** Time against the number of hosts. All hosts at once are in the part `converged`. */
export const hosts: Part = {
  id: 'hosts',
  title: 'Converged, by number of hosts',
  measure: async (bench) => {
    await converge(bench, bench.fleet);
    const fleets = COUNTS.filter((count) => count < bench.hosts.length).map((count) =>
      bench.fleetOf(`first-${count}`, bench.fleet.endpoints.slice(0, count)),
    );
    const rows: (readonly Measured[])[] = [];
    for (const fleet of fleets) {
      const apply = provision(bench, 'provision', goArguments(bench, fleet, 'apply'), fleet, 'ok');
      rows.push(
        await bench.measure([connectOnly(bench, fleet), looksByHand(bench, await goAnchors(), fleet), apply]),
      );
    }
    const peers = await measurePeers(
      bench,
      (peer) => fleets.map((fleet) => ({ ...peer.go(fleet, false), rounds: 1 })),
      (peer) => bench.once(peer.go(bench.fleet, true)),
    );
    const groups = fleets.map(
      ({ endpoints }, i): Group => ({
        title: 'playbooks/go.yml, converged',
        hosts: endpoints.length,
        // Each peer has a row for each fleet, in the order of the fleets.
        rows: [...(rows[i] as Measured[]), ...peers.rows.filter((_, n) => n % fleets.length === i)],
        baselines: ['provision'],
      }),
    );
    const names = new Set(groups.flatMap((group) => group.rows.map(({ name }) => name)));
    return { groups, series: seriesByHosts(groups, [...names]), notes: peers.notes };
  },
};
