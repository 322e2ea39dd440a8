import { median } from '../measure/statistics.ts';
import type { Group, Series } from './results.ts';

/** The rows of some names as points of the plot of time against hosts. */
export function seriesByHosts(groups: readonly Group[], names: readonly string[]): readonly Series[] {
  return names.map((name) => ({
    plot: 'hosts',
    name,
    points: groups.flatMap(({ hosts, rows }) => {
      const row = rows.find((one) => one.name === name);
      return row === undefined
        ? []
        : [{ x: hosts, seconds: median(row.rounds.map(({ seconds }) => seconds)) }];
    }),
  }));
}
