import type { Connection } from '../inventory/connection.ts';
import type { Hop } from '../inventory/hop.ts';
import { type HostSettings, SettingsProblem } from './settings.ts';

/** A host that is connected to, be it the last one or one on the way. */
export interface Stop {
  readonly connection: Connection;
  /** Who logs in. */
  readonly user: string;
  readonly settings: HostSettings;
}

/**
 * The hosts that are gone through to reach one, in order. As with ssh the first hop of a list is reached by its own way, the
 * others over the one before. A host that stands in its own list is reached by what is before it there: so a bastion may
 * belong to the group that it stands before.
 *
 * @param stopAt how a hop is reached; the host that it is on the way to is given too.
 * @throws SettingsProblem when hosts go round in a circle.
 */
export function jumpChain<S extends Stop>(
  target: S,
  stopAt: (hop: Hop, target: Connection) => S,
  trail: readonly S[] = [],
): readonly S[] {
  const stops: S[] = [];
  for (const hop of target.settings.jump) {
    const stop = stopAt(hop, target.connection);
    if (isSame(stop, target)) break;
    const path = [...trail, target];
    if (path.some((earlier) => isSame(earlier, stop))) {
      const names = [...path, stop].map(({ settings }) => settings.address);
      throw new SettingsProblem(`jump hosts go round in a circle: ${names.join(' → ')}`, undefined);
    }
    if (stops.length === 0) stops.push(...jumpChain(stop, stopAt, path));
    stops.push(stop);
  }
  return stops;
}

/** Whether both are one place. */
export function isSame(a: Stop, b: Stop): boolean {
  return a.settings.address === b.settings.address && a.settings.port === b.settings.port;
}
