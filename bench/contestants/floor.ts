import { quote } from '../../src/shell/quote.ts';
import { type Bench, script } from '../bench.ts';
import type { Fleet } from '../endpoints.ts';
import type { Contestant } from '../measure/contestant.ts';

export const CONNECT = 'ssh2: connect and `true`';
export const LOOKS = 'ssh2: connect and the looks by hand';

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

/** What a converged run of playbooks/go.yml has to ask a host, written by hand. */
export function looksByHand(bench: Bench, fleet: Fleet = bench.fleet): Contestant {
  const { version, archive } = bench.job;
  return floor(
    bench,
    LOOKS,
    withVariables({ GO: version, ARCHIVE: archive }, script('looks.sh')),
    fleet,
    `go${version} `,
  );
}

/** A command that runs a script with /bin/sh. */
export function withVariables(variables: Readonly<Record<string, string>>, text: string): string {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}`);
  return [...set, '/bin/sh', '-c', quote(text)].join(' ');
}
