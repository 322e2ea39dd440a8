import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { bundleFloor } from './bundle-floor.ts';
import { startFleet } from './fleet/fleet.ts';

const { job, key, answers } = JSON.parse(readFileSync('/tmp/fleet-job.json', 'utf8'));
const directory = '/tmp/fleet-sim';
mkdirSync(directory, { recursive: true });
const n = Number(process.argv[2]);
const fleet = await startFleet({ hosts: n, processes: 2, answers, privateKey: key, directory });
for (const size of [5, 1000, n]) fleet.inventory(size);
for (const size of [5, 1000, n])
  writeFileSync(
    `${directory}/hosts-${size}.json`,
    JSON.stringify({
      hosts: fleet.hosts.slice(0, size),
      keyPath: key,
      knownHosts: fleet.knownHosts,
      concurrency: 50,
    }),
  );
await bundleFloor(directory, new URL('./fleet/floor.ts', import.meta.url));
console.log('ready', job.args.slice(2).join(' '));
await new Promise(() => {});
