import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A host of the lab, and where it is reached: directly or through a relay. */
export interface Endpoint {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** Files that lead to some endpoints, for all contestants alike. */
export interface Fleet {
  readonly endpoints: readonly Endpoint[];
  /** An inventory in Ansible's YAML format, with all of them in the group `fleet`. */
  readonly inventory: string;
  /** The hosts' keys, for OpenSSH as for provision. */
  readonly knownHosts: string;
  /** For the floor: addresses and the private key. */
  readonly floorHosts: string;
  readonly privateKey: string;
}

export interface FleetSource {
  readonly directory: string;
  /** Unique in the directory. */
  readonly name: string;
  readonly privateKey: string;
  /** The lab's own known_hosts: the keys by address and name. */
  readonly knownHosts: string;
}

/** Writes these files. The keys are found by the hosts' names. */
export function writeFleet(source: FleetSource, endpoints: readonly Endpoint[]): Fleet {
  const { directory, name, privateKey } = source;
  const file = (ending: string): string => join(directory, `${name}-${ending}`);
  const fleet: Fleet = {
    endpoints,
    inventory: file('inventory.yml'),
    knownHosts: file('known_hosts'),
    floorHosts: file('hosts.json'),
    privateKey,
  };
  writeFileSync(fleet.knownHosts, knownHostsOf(readFileSync(source.knownHosts, 'utf8'), endpoints));
  writeFileSync(fleet.floorHosts, JSON.stringify({ hosts: endpoints, keyPath: privateKey }));
  // JSON is YAML too.
  writeFileSync(fleet.inventory, `${JSON.stringify(inventoryOf(fleet), null, 2)}\n`);
  return fleet;
}

function inventoryOf({ endpoints, privateKey, knownHosts }: Fleet): object {
  const hosts = endpoints.map(({ name, address, port }) => [
    name,
    { ansible_host: address, ansible_port: port, ansible_user: 'root' },
  ]);
  const vars = { ansible_ssh_private_key_file: privateKey, provision_known_hosts: knownHosts };
  return { all: { vars, children: { fleet: { hosts: Object.fromEntries(hosts) } } } };
}

/** Lines of the lab are `ADDRESS,NAME TYPE KEY`. */
function knownHostsOf(lab: string, endpoints: readonly Endpoint[]): string {
  const keys = lab.split('\n').map((line) => {
    const [names = '', ...key] = line.split(' ');
    return { name: names.split(',').at(-1), key: key.join(' ') };
  });
  return endpoints
    .flatMap(({ name, address, port }) => {
      const where = port === 22 ? address : `[${address}]:${port}`;
      return keys.filter((one) => one.name === name).map(({ key }) => `${where} ${key}\n`);
    })
    .join('');
}
