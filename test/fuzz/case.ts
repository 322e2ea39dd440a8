import { mutated } from './mutate.ts';
import { Random } from './random.ts';
import type { FuzzTarget } from './target.ts';

/** One case of a target: the same seed gives the same input and the same course. */
export function fuzzCase(target: FuzzTarget, seed: number): void {
  const random = new Random(seed);
  target.run(mutated(target.corpus, target.words, random), random);
}

/** The input of a case, to look at. */
export function fuzzInput(target: FuzzTarget, seed: number): Buffer {
  return mutated(target.corpus, target.words, new Random(seed));
}
