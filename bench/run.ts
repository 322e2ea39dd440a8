/**
 * Measures `provision` beside the bare connection, OpenSSH and other tools, on a lab of real hosts. See
 * docs/performance.md, "How to repeat". Results go to bench/results/, after each part.
 */
import { rmSync } from 'node:fs';
import { openLab } from '../test/lab/index.ts';
import { run } from '../test/lab/run.ts';
import { labName } from '../test/support/lab-name.ts';
import { type Bench, benchDirectory, openBench } from './bench.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { PARTS } from './parts/index.ts';
import type { Part } from './parts/part.ts';
import { takeDown } from './patient.ts';
import { installPeers, NO_PEERS } from './peers/install.ts';
import { circumstances } from './report/circumstances.ts';
import { resultsMarkdown } from './report/markdown.ts';
import type { PartFindings, PartResult } from './report/results.ts';
import { RESULTS_MARKDOWN, savePart } from './report/save.ts';

const order = PARTS.map(({ id }) => id);
const say = (line: string): void =>
  console.error(`${(performance.now() / 1000).toFixed(0).padStart(5)} s  ${line}`);

async function main(options: BenchOptions): Promise<number> {
  const stop = new AbortController();
  // A terminal's interruption may come twice, from it and from npm: the lab is taken down all the same.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => stop.abort(new Error('interrupted')));
  for (const program of ['python3', 'scp', 'sftp']) {
    const { code } = await run(['/bin/sh', '-c', 'command -v "$0"', program]);
    if (code !== 0) throw new Error(`the bench needs ${program}: install python3 and openssh-client`);
  }
  const directory = benchDirectory();
  const lab = await openLab({ name: labName('bench'), say });
  try {
    const peers = options.peers ? await installPeers(say) : NO_PEERS;
    const bench = await openBench({ options, lab, directory, peers, signal: stop.signal, say });
    const wanted = PARTS.filter(({ id }) => options.only === undefined || options.only.includes(id));
    let failed = 0;
    for (const part of wanted) {
      if (stop.signal.aborted) break;
      const result = await measurePart(part, bench);
      if (stop.signal.aborted) break;
      savePart(result, order);
      console.log(resultsMarkdown({ format: 1, parts: [result] }));
      if (result.error !== undefined) failed += 1;
    }
    say(stop.signal.aborted ? 'interrupted' : `results: ${RESULTS_MARKDOWN}`);
    return failed === 0 && !stop.signal.aborted ? 0 : 1;
  } finally {
    if (!options.keep) await takeDown(lab, say);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A part that fails is told as such; the others are measured all the same. */
async function measurePart(part: Part, bench: Bench): Promise<PartResult> {
  say(`— ${part.title}`);
  const started = performance.now();
  let findings: PartFindings = { groups: [], notes: [] };
  let error: string | undefined;
  try {
    // A part that failed may have left a host off. Those that run stay as they are.
    await bench.lab.up(bench.options.hosts);
    findings = await part.measure(bench);
  } catch (problem) {
    error = problem instanceof Error ? problem.message : String(problem);
    if (!bench.signal.aborted) console.error(problem);
  }
  return {
    id: part.id,
    title: part.title,
    ...findings,
    circumstances: circumstances(bench.options.rounds, (performance.now() - started) / 1000),
    ...(error === undefined ? {} : { error }),
  };
}

try {
  const options = readOptions(process.argv.slice(2), order);
  if (options === 'help') console.log(USAGE);
  else process.exitCode = await main(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
