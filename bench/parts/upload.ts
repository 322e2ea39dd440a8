import type { Bench } from '../bench.ts';
import { copyCommand, forEachHost, provenCopyCommand } from '../contestants/openssh.ts';
import { provision } from '../contestants/provision.ts';
import type { Fleet } from '../endpoints.ts';
import { type Upload, writeUpload } from '../jobs/upload.ts';
import type { Contestant } from '../measure/contestant.ts';
import type { Group } from '../report/results.ts';
import type { Part } from './part.ts';

const SCP = 'scp';
const SCP_GCM = 'scp, AES-GCM';
const PROVEN = 'ssh: cat, sync, hash, mv, AES-GCM';
const GCM = ['-c', 'aes128-gcm@openssh.com'];

/** (f) of the targets: one large file to one host, and to eight at once. */
export const upload: Part = {
  id: 'upload',
  title: 'Upload of 123 MB',
  measure: async (bench) => {
    const job = writeUpload(bench.directory, bench.go);
    const counts = [1, 8].filter((count) => count <= bench.hosts.length);
    const groups: Group[] = [];
    for (const count of counts) groups.push(await toHosts(bench, job, count));
    return {
      groups,
      notes: [
        'provision checks the hash on both ends, writes beside the target, syncs and renames; scp does none of that, the script over ssh does it on the host.',
        'The file is removed before each run.',
      ],
    };
  },
};

async function toHosts(bench: Bench, job: Upload, count: number): Promise<Group> {
  const fleet = bench.fleetOf(`upload-${count}`, bench.fleet.endpoints.slice(0, count));
  const rows = await bench.measure([
    uploading(
      bench,
      job,
      fleet,
      provision(bench, 'provision', uploadArguments(fleet, job), fleet, 'changed'),
    ),
    uploading(bench, job, fleet, scp(bench, job, fleet, SCP)),
    uploading(bench, job, fleet, scp(bench, job, fleet, SCP_GCM, GCM)),
    uploading(bench, job, fleet, provenBySsh(bench, job, fleet)),
  ]);
  return { title: 'Upload', hosts: count, rows, baselines: [SCP, SCP_GCM, PROVEN] };
}

function scp(
  bench: Bench,
  job: Upload,
  fleet: Fleet,
  name: string,
  words: readonly string[] = [],
): Contestant {
  const file = `${name.replaceAll(/\W+/g, '-')}-${fleet.endpoints.length}`;
  return {
    name,
    argv: forEachHost(bench.directory, file, fleet, (host) =>
      copyCommand('scp', fleet, host, job.source, job.destination, words),
    ),
  };
}

/** By hand, with the same promises: what is on the host when it ends is whole, on the disk, and the right bytes. */
function provenBySsh(bench: Bench, job: Upload, fleet: Fleet): Contestant {
  return {
    name: PROVEN,
    argv: forEachHost(bench.directory, `proven-${fleet.endpoints.length}`, fleet, (host) =>
      provenCopyCommand(fleet, host, job.source, job.destination, bench.go.sha256, GCM),
    ),
  };
}

/** The whole command with a playbook of the one step. */
export function uploadArguments(fleet: Fleet, { playbook }: Upload): readonly string[] {
  return ['apply', '-i', fleet.inventory, playbook];
}

/** Takes the file away before each run, and proves it after. */
export function uploading(bench: Bench, job: Upload, fleet: Fleet, contestant: Contestant): Contestant {
  return {
    ...contestant,
    before: () => bench.onHosts(fleet.endpoints, job.remove),
    check: async (ended, round) => {
      await contestant.check?.(ended, round);
      await bench.onHosts(fleet.endpoints, job.check);
    },
  };
}
