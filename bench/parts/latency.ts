import type { Bench } from '../bench.ts';
import { measurePeers } from '../contestants/peers.ts';
import { converge } from '../contestants/provision.ts';
import type { Fleet } from '../endpoints.ts';
import { type Relay, startRelay } from '../relay/start-relay.ts';
import type { PartFindings } from '../report/results.ts';
import { linkCommands, STEPS } from './latency-commands.ts';
import { latencySeries, nameOver, tripsTable } from './latency-tables.ts';
import { countTrips } from './latency-trips.ts';
import { uploadsOverLinks } from './latency-uploads.ts';
import type { Part } from './part.ts';

/** Milliseconds. */
const ROUND_TRIPS = [0, 20, 50, 100];

/** One host, as it is reached over a relay. */
export interface Link {
  /** Milliseconds. */
  readonly roundTrip: number;
  readonly fleet: Fleet;
  readonly relay: Relay;
}

/** (g) of the targets: hosts that are far away. */
export const latency: Part = {
  id: 'latency',
  title: 'Long links',
  measure: async (bench) => {
    const host = bench.fleet.endpoints.slice(0, 1);
    const near = bench.fleetOf('near', host);
    await converge(bench, near);
    const relays = await Promise.all(ROUND_TRIPS.map((roundTrip) => startRelay(host, roundTrip)));
    try {
      const links = relays.map((relay, i): Link => {
        const roundTrip = ROUND_TRIPS[i] as number;
        return { roundTrip, fleet: bench.fleetOf(`link-${roundTrip}`, relay.endpoints), relay };
      });
      return await overLinks(bench, near, links);
    } finally {
      await Promise.all(relays.map((relay) => relay.stop()));
    }
  },
};

async function overLinks(bench: Bench, near: Fleet, links: readonly Link[]): Promise<PartFindings> {
  // Proofs are kept by address: over each link the archive is hashed once before anything is measured.
  for (const { fleet } of links) await converge(bench, fleet);
  const commands = await linkCommands(bench, near);
  const rows = await bench.measure(
    commands.flatMap(({ name, over }) =>
      links.map(({ fleet, roundTrip }) => ({ ...over(fleet), name: nameOver(name, roundTrip) })),
    ),
  );
  const names = commands.map(({ name }) => name);
  const counted = await countTrips(bench, commands, links.at(-1) as Link);
  const uploads = await uploadsOverLinks(bench, links);
  const peers = await measurePeers(
    bench,
    (peer) =>
      links.map(({ fleet, roundTrip }) => ({
        ...peer.go(fleet, false),
        name: nameOver(peer.name, roundTrip),
        rounds: 1,
      })),
    (peer) => bench.once(peer.go(near, true)),
  );
  return {
    groups: [
      { title: 'Commands over links', hosts: 1, rows: [...rows, ...peers.rows], baselines: [] },
      ...uploads,
    ],
    tables: [tripsTable(names, ROUND_TRIPS, rows, counted)],
    series: latencySeries(ROUND_TRIPS, [...rows, ...peers.rows]),
    notes: [
      'The relay (bench/relay.ts) holds every byte back for half of the round trip, in both directions, and has TCP’s handshake take its round trip. It models no bandwidth, no loss, no slow start, and no window where none is named. Its timers add up to a millisecond to each way.',
      'The relay counts all round trips of a connection by who waited for whom: TCP’s handshake, the SSH handshake and the login are among them.',
      `Files change in a playbook of ${STEPS} steps and one for their folder.`,
      ...peers.notes,
    ],
  };
}
