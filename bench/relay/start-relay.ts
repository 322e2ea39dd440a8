import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Endpoint } from '../endpoints.ts';

const RELAY = fileURLToPath(new URL('../relay.ts', import.meta.url));

/** A relay that runs. */
export interface Relay {
  /** The hosts as they are reached through it. */
  readonly endpoints: readonly Endpoint[];
  /** Resolves with the round trips of the next connection that ends. */
  nextTrips(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts a relay to hosts.
 *
 * @param roundTrip milliseconds.
 * @param window bytes under way in each direction of a connection; undefined for any number.
 */
export async function startRelay(
  hosts: readonly Endpoint[],
  roundTrip: number,
  window?: number,
): Promise<Relay> {
  const request = { roundTrip, window, hosts: hosts.map(({ address, port }) => ({ address, port })) };
  const child = spawn(process.execPath, ['--import', 'tsx', RELAY, JSON.stringify(request)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), gone.then(() => [undefined])])) as [string?];
  if (line === undefined) throw new Error('the relay did not start');
  const ports = JSON.parse(line) as readonly number[];
  return {
    nextTrips: async () => {
      const [trips] = (await once(lines, 'line')) as [string];
      return Number(trips);
    },
    endpoints: hosts.map((host, i) => ({ ...host, address: '127.0.0.1', port: ports[i] as number })),
    stop: async () => {
      child.stdin.end();
      await gone;
    },
  };
}
