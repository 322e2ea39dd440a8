import type { Bench } from '../bench.ts';
import type { Contestant } from '../measure/contestant.ts';
import type { Link } from './latency.ts';
import type { LinkCommand } from './latency-commands.ts';

/** Round trips of a command, counted in two ways. */
export interface CountedTrips {
  /** All of its connection, TCP's handshake and the login among them, as the relay counted them. */
  readonly all: number;
  /** After the login, as `provision --json` itself reports them. */
  readonly reported?: number;
}

/** Counts the round trips of one run of each command, over a link that is long enough to tell them apart. */
export async function countTrips(
  bench: Bench,
  commands: readonly LinkCommand[],
  link: Link,
): Promise<ReadonlyMap<string, CountedTrips>> {
  const counted = new Map<string, CountedTrips>();
  for (const { name, over } of commands) {
    if (!name.startsWith('provision')) {
      counted.set(name, { all: await tripsOf(bench, over(link.fleet), link) });
      continue;
    }
    let reported: number | undefined;
    const command: Contestant = {
      ...over(link.fleet, '--json'),
      check: ({ stdout }) => {
        reported = reportedTrips(stdout);
      },
    };
    const all = await tripsOf(bench, command, link);
    counted.set(name, { all, ...(reported === undefined ? {} : { reported }) });
  }
  return counted;
}

async function tripsOf(bench: Bench, command: Contestant, { relay }: Link): Promise<number> {
  const trips = relay.nextTrips();
  await bench.once({ ...command, name: `${command.name}, counted` });
  return trips;
}

/** @throws Error when the output has none. */
function reportedTrips(stdout: string): number {
  const finished = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly event: string; readonly roundTrips?: number })
    .find(({ event }) => event === 'host-finished');
  if (finished?.roundTrips === undefined) throw new Error('reported no round trips');
  return finished.roundTrips;
}
