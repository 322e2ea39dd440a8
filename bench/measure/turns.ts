import { type Cost, runChild } from './child.ts';
import type { Contestant } from './contestant.ts';

/** What a contestant cost in each round. */
export interface Measured {
  readonly name: string;
  readonly rounds: readonly Cost[];
}

export interface TurnOptions {
  /** Rounds that count, where a contestant does not say. */
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** A contestant with fewer rounds than these is too slow for one that does not count. */
const WARM_UP_FROM = 4;
const LIMIT = 600;

/**
 * Measures contestants in turns, A B C A B C …, so that a machine whose speed drifts treats all alike. The first turn
 * of those that have many is not counted: it warms caches.
 *
 * @throws Error when one ends with another exit code than it should, too late, or without having done its work.
 */
export async function inTurns(
  contestants: readonly Contestant[],
  options: TurnOptions,
): Promise<readonly Measured[]> {
  const costs = contestants.map((): Cost[] => []);
  const rounds = contestants.map((contestant) => contestant.rounds ?? options.rounds);
  for (let round = 0; round <= Math.max(0, ...rounds); round += 1) {
    for (const [i, contestant] of contestants.entries()) {
      const own = rounds[i] as number;
      if (round > own || (round === 0 && own < WARM_UP_FROM)) continue;
      const cost = await measureOnce(contestant, round, options);
      if (round > 0) costs[i]?.push(cost);
    }
  }
  return contestants.map(({ name }, i) => ({ name, rounds: costs[i] as Cost[] }));
}

/** Runs a contestant once, with all that is done before and after it. @throws Error as {@link inTurns}. */
export async function measureOnce(
  contestant: Contestant,
  round: number,
  { signal, say }: TurnOptions,
): Promise<Cost> {
  await contestant.before?.(round);
  const argv = typeof contestant.argv === 'function' ? contestant.argv(round) : contestant.argv;
  const ended = await runChild(argv, {
    limit: contestant.limit ?? LIMIT,
    signal,
    ...(contestant.env === undefined ? {} : { env: contestant.env }),
  });
  try {
    if (ended.code !== (contestant.code ?? 0)) throw new Error(`ended with code ${ended.code}`);
    await contestant.check?.(ended, round);
  } catch (error) {
    const said = `${ended.stdout.slice(-2000)}${ended.stderr.slice(-2000)}`;
    throw new Error(`${contestant.name}: ${error instanceof Error ? error.message : error}\n${said}`);
  }
  const { seconds, cpuSeconds } = ended.cost;
  say(`${contestant.name}: ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU`);
  return ended.cost;
}
