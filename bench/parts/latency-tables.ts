import { median, type Spread, spread } from '../measure/statistics.ts';
import type { Measured } from '../measure/turns.ts';
import { figure, spreadText } from '../report/markdown.ts';
import type { Series, Table } from '../report/results.ts';
import type { CountedTrips } from './latency-trips.ts';

/** The name of a command's row over one link. @param roundTrip milliseconds. */
export function nameOver(name: string, roundTrip: number): string {
  return `${name}, ${roundTrip} ms`;
}

function rowOver(rows: readonly Measured[], name: string, roundTrip: number): readonly number[] {
  const row = rows.find((one) => one.name === nameOver(name, roundTrip));
  return (row?.rounds ?? []).map(({ seconds }) => seconds);
}

/**
 * How many round trips a command makes, derived from what the longest link costs more than the shortest, round by
 * round. Everything counts: TCP, the handshake, the login, the end.
 */
export function derivedTrips(
  shortest: readonly number[],
  longest: readonly number[],
  milliseconds: number,
): Spread | undefined {
  const trips = longest.flatMap((seconds, round) => {
    const near = shortest[round];
    return near === undefined ? [] : [((seconds - near) * 1000) / milliseconds];
  });
  return spread(trips);
}

/** Times over all links, and round trips derived from them and counted. */
export function tripsTable(
  names: readonly string[],
  roundTrips: readonly number[],
  rows: readonly Measured[],
  counted: ReadonlyMap<string, CountedTrips>,
): Table {
  const shortest = Math.min(...roundTrips);
  const longest = Math.max(...roundTrips);
  return {
    title: 'Round trips, one host',
    columns: [
      'command',
      ...roundTrips.map((roundTrip) => `s at ${roundTrip} ms`),
      `trips by (${longest} ms − ${shortest} ms)`,
      'trips as the relay counted',
      'of them after login, as reported',
    ],
    rows: names.map((name) => {
      const trips = derivedTrips(
        rowOver(rows, name, shortest),
        rowOver(rows, name, longest),
        longest - shortest,
      );
      return [
        name,
        ...roundTrips.map((roundTrip) => figure(medianOr(rowOver(rows, name, roundTrip)))),
        trips === undefined ? '–' : spreadText(trips),
        String(counted.get(name)?.all ?? '–'),
        String(counted.get(name)?.reported ?? '–'),
      ];
    }),
  };
}

function medianOr(seconds: readonly number[]): number {
  return seconds.length === 0 ? Number.NaN : median(seconds);
}

/** Rows by their names over links, as points of the plot of time against latency. */
export function latencySeries(roundTrips: readonly number[], rows: readonly Measured[]): readonly Series[] {
  const names = new Set(rows.map(({ name }) => name.replace(/, \d+ ms$/, '')));
  return [...names].map((name) => ({
    plot: 'latency',
    name,
    points: roundTrips.flatMap((x) => {
      const seconds = rowOver(rows, name, x);
      return seconds.length === 0 ? [] : [{ x, seconds: median(seconds) }];
    }),
  }));
}
