import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import type { Fleet } from '../endpoints.ts';
import { smallFiles } from '../jobs/small-files.ts';
import type { Contestant } from '../measure/contestant.ts';
import type { PeerTool } from './peers.ts';

const FILES = fileURLToPath(new URL('../peers/pyinfra/', import.meta.url));

/** pyinfra with a thread for each host, and without the questions it asks. */
export function pyinfra(bench: Bench, name: string, bin: string): PeerTool {
  const deploy = (fleet: Fleet, file: string, data: () => object, changes: boolean): Contestant => {
    const inventory = `${fleet.inventory}.pyinfra.py`;
    writeFileSync(inventory, inventoryText(fleet));
    const parallel = ['--parallel', String(fleet.endpoints.length)];
    return {
      name,
      argv: () => [
        'env',
        `BENCH_DATA=${JSON.stringify(data())}`,
        join(bin, 'pyinfra'),
        '-y',
        ...parallel,
        inventory,
        join(FILES, file),
      ],
      check: ({ stdout, stderr }) => {
        // It prints `Grand total` with the numbers of operations, successes, errors and those without a change.
        const [, total, success, , same] =
          /Grand total +(\S+) +(\S+) +(\S+) +(\S+)/.exec(stdout + stderr) ?? [];
        if (total === undefined) throw new Error('did not come to an end');
        if (!changes && (success !== '-' || same !== total)) throw new Error('changed something');
      },
    };
  };
  return {
    name,
    go: (fleet, changes) => deploy(fleet, 'go.py', () => goData(bench), changes),
    smallFiles: (fleet, { count }, run, changes) =>
      deploy(
        fleet,
        'small_files.py',
        () => ({ folder: run().folder, files: smallFiles(count, run()) }),
        changes,
      ),
  };
}

function goData({ go, lab }: Bench): object {
  const keys = [readFileSync(`${lab.privateKey}.pub`, 'utf8').trim()];
  return { version: go.version, archive: go.path, keys };
}

/** An inventory of pyinfra's is a program. */
function inventoryText({ endpoints, privateKey, knownHosts }: Fleet): string {
  const hosts = endpoints.map(({ name, address, port }) => [
    name,
    {
      ssh_hostname: address,
      ssh_port: port,
      ssh_user: 'root',
      ssh_key: privateKey,
      ssh_known_hosts_file: knownHosts,
      ssh_strict_host_key_checking: 'yes',
    },
  ]);
  return `import json\nfleet = [tuple(host) for host in json.loads(${JSON.stringify(JSON.stringify(hosts))})]\n`;
}
