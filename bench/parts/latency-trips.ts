import type { Bench } from '../bench.ts';
import type { Link } from './latency.ts';
import type { LinkCommand } from './latency-commands.ts';

/** Round trips after the login, as `provision --json` itself reports them; by the command's name. */
export async function reportedTrips(
  bench: Bench,
  commands: readonly LinkCommand[],
  { fleet }: Link,
): Promise<ReadonlyMap<string, number>> {
  const trips = new Map<string, number>();
  for (const { name, over } of commands.filter((command) => command.name.startsWith('provision'))) {
    await bench.once({
      ...over(fleet, '--json'),
      name: `${name}, --json`,
      check: ({ stdout }) => {
        const finished = stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as { readonly event: string; readonly roundTrips?: number })
          .find(({ event }) => event === 'host-finished');
        if (finished?.roundTrips === undefined) throw new Error('reported no round trips');
        trips.set(name, finished.roundTrips);
      },
    });
  }
  return trips;
}
