import type { Connection } from '../inventory/connection.ts';
import type { Hop } from '../inventory/hop.ts';

/**
 * How a hop of a jump list is reached: as the inventory knows it, else by its name alone.
 *
 * @param target the host whose list it is.
 * @param inventoryHost how the inventory says that a jump host is reached, by its name there.
 */
export function hopConnection(
  hop: Hop,
  { knownHostsFile }: Connection,
  inventoryHost: ((name: string) => Connection | undefined) | undefined,
): Connection {
  const base: Connection = inventoryHost?.(hop.host) ?? {
    address: hop.host,
    kind: 'ssh',
    proxyJump: [],
    // Who names a file for the keys of a host means those on the way to it too.
    ...(knownHostsFile === undefined ? {} : { knownHostsFile }),
  };
  return hop.port === undefined ? base : { ...base, port: hop.port };
}
