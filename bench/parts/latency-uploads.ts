import type { Bench } from '../bench.ts';
import { copyCommand, forEachHost } from '../contestants/openssh.ts';
import { provision } from '../contestants/provision.ts';
import { type Upload, writeUpload } from '../jobs/upload.ts';
import type { Contestant } from '../measure/contestant.ts';
import { startRelay } from '../relay/start-relay.ts';
import type { Group } from '../report/results.ts';
import type { Link } from './latency.ts';
import { uploadArguments, uploading } from './upload.ts';

const ROUNDS = 3;
/** What Linux lets a connection's sender keep by default (net.ipv4.tcp_wmem), in bytes. */
const USUAL_WINDOW = 4 * 2 ** 20;
const WINDOW_ROUND_TRIP = 50;

/** One large file over each link, and over one whose TCP window is a usual one. */
export async function uploadsOverLinks(bench: Bench, links: readonly Link[]): Promise<readonly Group[]> {
  const job = writeUpload(bench.directory, bench.go);
  const groups: Group[] = [];
  for (const link of links) groups.push(await overLink(bench, job, link, `${link.roundTrip} ms`));
  const relay = await startRelay(bench.fleet.endpoints.slice(0, 1), WINDOW_ROUND_TRIP, USUAL_WINDOW);
  try {
    const link = {
      roundTrip: WINDOW_ROUND_TRIP,
      fleet: bench.fleetOf('link-window', relay.endpoints),
      relay,
    };
    groups.push(await overLink(bench, job, link, `${WINDOW_ROUND_TRIP} ms and a TCP window of 4 MiB`));
  } finally {
    await relay.stop();
  }
  return groups;
}

async function overLink(bench: Bench, job: Upload, { fleet }: Link, link: string): Promise<Group> {
  const copy = (program: 'scp' | 'sftp'): Contestant => ({
    name: program,
    argv: forEachHost(bench.directory, `${program}-${link.replaceAll(/\W+/g, '-')}`, fleet, (host) =>
      copyCommand(program, fleet, host, job.source, job.destination),
    ),
  });
  const contestants = [
    copy('sftp'),
    copy('scp'),
    provision(bench, 'provision', uploadArguments(fleet, job), fleet, 'changed'),
  ].map((contestant) => ({
    ...uploading(bench, job, fleet, contestant),
    rounds: Math.min(ROUNDS, bench.options.rounds),
  }));
  return {
    title: `Upload of 123 MB over ${link}`,
    hosts: 1,
    rows: await bench.measure(contestants),
    baselines: ['sftp', 'scp'],
  };
}
