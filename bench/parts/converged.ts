import { CONNECT, connectOnly, goAnchors, LOOKS, LOOKS_LISTED, looksByHand } from '../contestants/floor.ts';
import { measurePeers } from '../contestants/peers.ts';
import { converge, goArguments, provision } from '../contestants/provision.ts';
import type { Group } from '../report/results.ts';
import { seriesByHosts } from '../report/series.ts';
import type { Part } from './part.ts';

/** (a) and (b) of the targets: hosts that are as they should be. */
export const converged: Part = {
  id: 'converged',
  title: 'Converged, dry run, drift',
  measure: async (bench) => {
    const { fleet } = bench;
    await converge(bench, fleet);
    const ours = await bench.measure([
      connectOnly(bench),
      looksByHand(bench, await goAnchors()),
      looksByHand(bench, []),
      provision(bench, 'provision', goArguments(bench, fleet, 'apply'), fleet, 'ok'),
      provision(bench, 'provision, dry run', goArguments(bench, fleet, '--dry-run'), fleet, 'ok'),
      provision(bench, 'provision, drift', goArguments(bench, fleet, 'drift'), fleet, 'clean'),
    ]);
    const peers = await measurePeers(
      bench,
      (peer) => [{ ...peer.go(fleet, false), rounds: 2 }],
      (peer) => bench.once(peer.go(fleet, true)),
    );
    const group: Group = {
      title: 'playbooks/go.yml, converged',
      hosts: fleet.endpoints.length,
      rows: [...ours, ...peers.rows],
      baselines: [CONNECT, LOOKS, LOOKS_LISTED, 'provision'],
    };
    return {
      groups: [group],
      series: seriesByHosts([group], [CONNECT, LOOKS, 'provision', ...peers.rows.map(({ name }) => name)]),
      notes: [
        'The looks by hand are bench/scripts/looks.sh, one exec on a bare ssh2 connection to each host: with the tree looked at as apply does, and listed as a drift check does.',
        ...peers.notes,
      ],
    };
  },
};
