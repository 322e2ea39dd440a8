import type { Bench } from '../bench.ts';
import { floor } from '../contestants/floor.ts';
import { measurePeers, type PeerRows } from '../contestants/peers.ts';
import { checkedFiles, Generations, provisionFiles } from '../contestants/small-files.ts';
import type { Fleet } from '../endpoints.ts';
import { lookingScript, type SmallFiles, writeSmallFiles, writingScript } from '../jobs/small-files.ts';
import type { Contestant } from '../measure/contestant.ts';
import type { Measured } from '../measure/turns.ts';
import type { Part } from './part.ts';

const COUNT = 40;
const MOST_HOSTS = 10;
const LOOKING = 'ssh2: the looks by hand';
const WRITING = 'ssh2: a script by hand';

/** (e) of the targets: many small files. */
export const smallFiles: Part = {
  id: 'small-files',
  title: `${COUNT} steps of small files`,
  measure: async (bench) => {
    const fleet = bench.fleetOf('small-files', bench.fleet.endpoints.slice(0, MOST_HOSTS));
    const hosts = fleet.endpoints.length;
    const job = writeSmallFiles(bench.directory, COUNT);
    const same = await unchanged(bench, fleet, job);
    const changed = await changing(bench, fleet, job);
    const others = await peers(bench, fleet, job);
    const othersChanged = others.rows.filter((_, i) => i % 2 === 0);
    const othersSame = others.rows.filter((_, i) => i % 2 === 1);
    return {
      groups: [
        {
          title: 'Nothing to do',
          hosts,
          rows: [...same, ...othersSame],
          baselines: [LOOKING, 'provision'],
        },
        {
          title: 'All change',
          hosts,
          rows: [...changed, ...othersChanged],
          baselines: [WRITING, 'provision'],
        },
      ],
      notes: [
        'By hand: one exec on a bare ssh2 connection to each host; a `stat` and a `sha256sum` of all files, or for each file `printf`, `chmod`, `sync FILE`, `mv`.',
        ...others.notes,
      ],
    };
  },
};

async function unchanged(bench: Bench, fleet: Fleet, job: SmallFiles): Promise<readonly Measured[]> {
  const files = new Generations('/srv/bench-same', 0);
  await bench.once(provisionFiles(bench, 'write the files', fleet, job, files, 'changed'));
  return bench.measure([
    floor(bench, LOOKING, lookingScript(COUNT, files.now()), fleet),
    provisionFiles(bench, 'provision', fleet, job, files, 'ok'),
  ]);
}

async function changing(bench: Bench, fleet: Fleet, job: SmallFiles): Promise<readonly Measured[]> {
  const ours = new Generations('/srv/bench-changed', COUNT);
  const byHand = new Generations('/srv/bench-by-hand', COUNT);
  const contestants = [
    checkedFiles(
      bench,
      fleet,
      job,
      byHand,
      floor(bench, WRITING, () => writingScript(COUNT, byHand.next()), fleet),
    ),
    provisionFiles(bench, 'provision', fleet, job, ours, 'changed'),
  ];
  for (const contestant of contestants) await bench.once(contestant);
  return bench.measure(contestants);
}

/** For each peer a row with all files changing, and one with none. */
function peers(bench: Bench, fleet: Fleet, job: SmallFiles): Promise<PeerRows> {
  const files = new Generations('/srv/bench-peers', COUNT);
  const checked = (contestant: Contestant): Contestant => ({
    ...checkedFiles(bench, fleet, job, files, contestant),
    rounds: 1,
  });
  return measurePeers(
    bench,
    (peer) => [
      checked(peer.smallFiles(fleet, job, () => files.next(), true)),
      checked(peer.smallFiles(fleet, job, () => files.now(), false)),
    ],
    (peer) => bench.once(peer.smallFiles(fleet, job, () => files.next(), true)),
  );
}
