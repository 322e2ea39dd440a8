import { parentPort, workerData } from 'node:worker_threads';
import { fuzzCase, fuzzInput } from './case.ts';
import type { FuzzTarget } from './target.ts';
import { TARGETS } from './targets.ts';

/**
 * Tries cases until it is ended. `progress` tells the one that is being tried, so that one that hangs can be named, and
 * how many of each target were tried: the seed, the target's place in `names`, the number of cases, then the numbers of each.
 */
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
const COUNTS = 3;
const targets = names.flatMap((name) => TARGETS.filter((target) => target.name === name));
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
    const answer = fuzzCase(target, seed);
    if (answer !== undefined) await answer;
  } catch (error) {
    const input = inputOf(target, seed);
    parentPort?.postMessage({
      target: target.name,
      seed,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      input,
    });
  }
  progress[COUNTS + index]! += 1;
}

function inputOf(target: FuzzTarget, seed: number): string {
  try {
    return fuzzInput(target, seed).toString('latin1').slice(0, 500);
  } catch (error) {
    return `none: ${(error as Error).message}`;
  }
}
