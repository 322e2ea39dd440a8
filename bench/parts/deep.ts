import { floor } from '../contestants/floor.ts';
import { converge, goArguments, provision } from '../contestants/provision.ts';
import type { Contestant } from '../measure/contestant.ts';
import type { Part } from './part.ts';

const TREE = 'ssh2: find … | xargs -P2 sha256sum, the tree';
const ALL = 'ssh2: find … | xargs -P2 sha256sum, tree and archive';

/** (c) of the targets: everything proven by content. */
export const deep: Part = {
  id: 'deep',
  title: 'Drift, deep',
  measure: async (bench) => {
    const { fleet, job } = bench;
    await converge(bench, fleet);
    const tree = `/usr/local/go-${job.version}`;
    const hashing = (name: string, ...where: readonly string[]): Contestant => ({
      // The hosts count the hashes, so that none has to be sent: nothing could be cheaper.
      ...floor(
        bench,
        name,
        `find ${where.join(' ')} -type f -print0 | xargs -0 -P2 sha256sum | wc -l | sed 's/$/ files/'`,
        fleet,
        ' files',
      ),
      rounds: 3,
    });
    const rows = await bench.measure([
      hashing(TREE, tree),
      hashing(ALL, tree, `/var/lib/artifacts/${job.archive}`),
      {
        ...provision(
          bench,
          'provision, drift --deep',
          goArguments(bench, fleet, 'drift', '--deep'),
          fleet,
          'clean',
        ),
        rounds: 3,
      },
    ]);
    return {
      groups: [
        { title: 'playbooks/go.yml, converged', hosts: fleet.endpoints.length, rows, baselines: [TREE, ALL] },
      ],
      notes: [
        '`drift --deep` hashes the tree and the archive that it came from, and looks at all else as well.',
      ],
    };
  },
};
