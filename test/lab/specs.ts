import { LabError } from './errors.ts';
import { MAX_HOSTS } from './names.ts';
import type { Distro, HostCounts } from './types.ts';
import { DISTROS } from './types.ts';

/**
 * Reads what `up` was asked for: `2`, `bullseye:1`, or both. A bare number counts hosts of `fallback`;
 * `mix` deals them out over all systems in turn.
 *
 * @throws LabError that names the word that was not understood.
 */
export function parseSpecs(words: readonly string[], fallback: Distro | 'mix' = 'bookworm'): HostCounts {
  const counts: Partial<Record<Distro, number>> = {};
  const add = (distro: Distro, count: number): void => {
    counts[distro] = (counts[distro] ?? 0) + count;
  };
  for (const word of words) {
    const match = /^(?:([a-z]+):)?([0-9]{1,4})$/.exec(word);
    if (match === null) {
      throw new LabError(`"${word}" is not a number of hosts: write 3, or SYSTEM:3 (${DISTROS.join(', ')})`);
    }
    const system = match[1] === undefined ? fallback : parseDistro(match[1]);
    const count = Number(match[2]);
    if (system !== 'mix') add(system, count);
    else for (let i = 0; i < count; i += 1) add(DISTROS[i % DISTROS.length]!, 1);
  }
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) throw new LabError('say how many hosts are wanted, for example: up 3');
  if (total > MAX_HOSTS) throw new LabError(`${total} hosts were asked for; a lab has room for ${MAX_HOSTS}`);
  return counts;
}

/** @throws LabError for anything but a known system or `mix`. */
export function parseDistro(word: string): Distro | 'mix' {
  const known = [...DISTROS, 'mix' as const].find((name) => name === word);
  if (known === undefined) {
    throw new LabError(
      `"${word}" is not a system of the lab: it has ${DISTROS.join(', ')}, and mix for all in turn`,
    );
  }
  return known;
}
