import { parentPort, workerData } from 'node:worker_threads';
import { fuzzCase, fuzzInput } from './case.ts';
import { TARGETS } from './targets.ts';

/** Tries cases until it is ended. `progress` tells the one that is being tried, so that one that hangs can be named. */
const {
  progress,
  names,
  seed: first,
  cases,
} = workerData as {
  readonly progress: Int32Array;
  readonly names: readonly string[];
  readonly seed: number;
  readonly cases: number;
};
const targets = TARGETS.filter(({ name }) => names.includes(name));
const warn = process.emitWarning;
process.emitWarning = (() => undefined) as typeof warn;

for (let done = 0; done < cases; done += 1) {
  const index = done % targets.length;
  const target = targets[index];
  if (target === undefined) break;
  const seed = first + done;
  progress[0] = seed;
  progress[1] = index;
  progress[2] = done + 1;
  try {
    fuzzCase(target, seed);
  } catch (error) {
    const input = fuzzInput(target, seed).toString('latin1').slice(0, 500);
    parentPort?.postMessage({
      target: target.name,
      seed,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      input,
    });
  }
}
