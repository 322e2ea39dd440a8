import type { Bench } from '../bench.ts';
import type { Fleet } from '../endpoints.ts';
import type { Generation, SmallFiles } from '../jobs/small-files.ts';
import type { Contestant } from '../measure/contestant.ts';
import type { Measured } from '../measure/turns.ts';
import { ansible } from './ansible.ts';
import { pyinfra } from './pyinfra.ts';

/** Another tool, doing the same jobs. */
export interface PeerTool {
  readonly name: string;
  /** The job of playbooks/go.yml. @param changes whether it may change something; when not, that it did not is checked. */
  go(fleet: Fleet, changes: boolean): Contestant;
  smallFiles(fleet: Fleet, job: SmallFiles, run: () => Generation, changes: boolean): Contestant;
}

/** The peers that are there, the fastest last: what they leave on hosts is cheap to bring back. */
function peerTools(bench: Bench): readonly PeerTool[] {
  const { ansible: core, mitogen, pyinfra: py } = bench.peers;
  return [
    ...(core.installed ? [ansible(bench, 'Ansible, tuned', core.bin)] : []),
    ...(mitogen.installed ? [ansible(bench, 'Ansible with Mitogen', mitogen.bin, mitogen.plugins)] : []),
    ...(py.installed ? [pyinfra(bench, 'pyinfra', py.bin)] : []),
  ];
}

/** What was measured of the peers, and what to tell of it. */
export interface PeerRows {
  /** Of each peer that did all: a row for each of its contestants, in their order. */
  readonly rows: readonly Measured[];
  readonly notes: readonly string[];
}

/**
 * Measures each peer by itself, after all others: each writes some files in its own words, and so gets the hosts for
 * itself. A peer that fails is told in the notes and costs no other figures.
 *
 * @param contestantsOf what is measured, one after the other; their `rounds` are to be few.
 * @param prepare brings the hosts to where the peer's measured runs begin.
 */
export async function measurePeers(
  bench: Bench,
  contestantsOf: (peer: PeerTool) => readonly Contestant[],
  prepare: (peer: PeerTool) => Promise<void> = async () => {},
): Promise<PeerRows> {
  const rows: Measured[] = [];
  const notes: string[] = [...missing(bench)];
  for (const peer of peerTools(bench)) {
    try {
      await prepare(peer);
      const measured: Measured[] = [];
      for (const contestant of contestantsOf(peer)) measured.push(...(await bench.measure([contestant])));
      rows.push(...measured);
    } catch (error) {
      if (bench.signal.aborted) throw error;
      const said = error instanceof Error ? error.message : String(error);
      bench.say(said);
      notes.push(`${peer.name} could not be measured: ${said.split('\n', 1)[0]}`);
    }
  }
  if (rows.length > 0) notes.push(versions(bench));
  return { rows, notes };
}

function missing({ peers, options }: Bench): readonly string[] {
  if (!options.peers) return [];
  return Object.entries(peers).flatMap(([name, peer]) =>
    peer.installed ? [] : [`${name} could not be installed here: ${peer.why}`],
  );
}

function versions({ peers }: Bench): string {
  const told = Object.values(peers).flatMap((peer) => (peer.installed ? [peer.version] : []));
  return `Peers: ${told.join('; ')}. Ansible with as many forks as hosts, pipelining and ControlPersist, each run with new connections; the CPU of its ssh masters, which outlive it, is in the machine's figure only. The peers run after the others, so their ratios compare rounds that did not follow each other.`;
}
