import { summarize } from '../../src/artifacts/archive-summary.ts';
import { quote } from '../../src/shell/quote.ts';
import { goTarball } from '../../test/lab/go-tarball.ts';
import { type Bench, script } from '../bench.ts';
import type { Fleet } from '../endpoints.ts';
import type { Contestant } from '../measure/contestant.ts';

export const CONNECT = 'ssh2: connect and `true`';
export const LOOKS = 'ssh2: connect and the looks by hand';
export const LOOKS_LISTED = 'ssh2: connect and the looks by hand, tree listed';

/**
 * Bare ssh2: one connection to each host, one command.
 *
 * @param expected what every host must print.
 */
export function floor(
  bench: Bench,
  name: string,
  command: string | ((round: number) => string),
  fleet: Fleet = bench.fleet,
  expected = '',
): Contestant {
  const argv = (text: string): readonly string[] => [
    process.execPath,
    bench.floor,
    fleet.floorHosts,
    text,
    expected,
  ];
  return { name, argv: typeof command === 'string' ? argv(command) : (round) => argv(command(round)) };
}

/** Connects, runs nothing, and ends. */
export function connectOnly(bench: Bench, fleet: Fleet = bench.fleet): Contestant {
  return floor(bench, CONNECT, 'true', fleet);
}

/**
 * What a converged run of playbooks/go.yml has to ask a host, written by hand.
 *
 * @param anchors what stands for the tree; without them it is listed, as a drift check does.
 */
export function looksByHand(
  bench: Bench,
  anchors: readonly string[],
  fleet: Fleet = bench.fleet,
): Contestant {
  const { version, archive } = bench.job;
  const variables = { GO: version, ARCHIVE: archive, ANCHORS: anchors.join(' ') };
  const name = anchors.length > 0 ? LOOKS : LOOKS_LISTED;
  return floor(bench, name, withVariables(variables, script('looks.sh')), fleet, `go${version} `);
}

/** The directories and programs of the tree, as apply and dry run look at them. */
export async function goAnchors(): Promise<readonly string[]> {
  const { path, sha256 } = await goTarball();
  const { anchors } = await summarize(path, sha256, 1, []);
  if (anchors === undefined) throw new Error('the Go tree has no anchors');
  return anchors;
}

/** A command that runs a script with /bin/sh. */
export function withVariables(variables: Readonly<Record<string, string>>, text: string): string {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}`);
  return [...set, '/bin/sh', '-c', quote(text)].join(' ');
}
