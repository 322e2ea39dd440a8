import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import type { Fleet } from '../endpoints.ts';
import type { Ended } from '../measure/child.ts';
import type { Contestant } from '../measure/contestant.ts';

/** What `npm run build` makes: what users start. */
export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** What a run of a playbook is to come to, on every host. */
export type Outcome = 'ok' | 'clean' | 'changed';

/** Proofs of earlier runs are kept apart from the user's own. */
export function provisionEnv({ directory }: Bench): Readonly<Record<string, string>> {
  return { XDG_CACHE_HOME: join(directory, 'cache') };
}

/**
 * The whole command, as a user starts it.
 *
 * @param outcome is checked against the run's last line: a command that did something else was not measured.
 */
export function provision(
  bench: Bench,
  name: string,
  args: readonly string[] | (() => readonly string[]),
  fleet: Fleet,
  outcome: Outcome,
): Contestant {
  return {
    name,
    argv: () => [process.execPath, MAIN, ...(typeof args === 'function' ? args() : args)],
    env: provisionEnv(bench),
    check: (ended) => requireOutcome(ended, fleet.endpoints.length, outcome),
  };
}

/** The arguments of playbooks/go.yml on a fleet. */
export function goArguments({ job }: Bench, fleet: Fleet, ...more: readonly string[]): readonly string[] {
  return [...more, '-i', fleet.inventory, job.playbook, '-e', `@${join(job.directory, 'lab.yml')}`];
}

/** The summary has a line of numbers: `20 hosts: 20 ok · 0 changes · 2.1 s`. */
function requireOutcome({ stdout }: Pick<Ended, 'stdout'>, hosts: number, outcome: Outcome): void {
  const numbers = `${hosts} ${hosts === 1 ? 'host' : 'hosts'}: `;
  const line = stdout.split('\n').find((one) => one.startsWith(numbers));
  if (line === undefined || !line.startsWith(`${numbers}${hosts} ${outcome} `))
    throw new Error(`not ${outcome} on all of ${hosts}, but: ${line ?? 'no summary'}`);
}

/** Brings a fleet to the state that playbooks/go.yml wants, from whatever state it is in. */
export async function converge(bench: Bench, fleet: Fleet): Promise<void> {
  bench.say('bringing the hosts to the wanted state');
  const { check: _, ...apply } = provision(bench, 'prepare', goArguments(bench, fleet, 'apply'), fleet, 'ok');
  await bench.once(apply);
  await bench.once(provision(bench, 'is converged', goArguments(bench, fleet, 'apply'), fleet, 'ok'));
}
