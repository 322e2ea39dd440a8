import { encoded, LARGEST, mutated } from './mutate.ts';
import { Random } from './random.ts';
import type { FuzzTarget } from './target.ts';

/** One case of a target: the same seed gives the same input and the same course. */
export function fuzzCase(target: FuzzTarget, seed: number): void | Promise<void> {
  const random = new Random(seed);
  return target.run(inputOf(target, random), random);
}

/** The input of a case, to look at. */
export function fuzzInput(target: FuzzTarget, seed: number): Buffer {
  return inputOf(target, new Random(seed));
}

/** Half of the inputs come of the bytes of a valid one; where a target has shapes of its own, the others are of these. */
function inputOf({ corpus, words, shapes = [] }: FuzzTarget, random: Random): Buffer {
  if (shapes.length === 0 || random.below(2) === 0) return mutated(corpus, words, random);
  const shaped = random.pick(shapes)(random).subarray(0, LARGEST);
  return random.below(4) === 0 ? mutated([shaped], words, random) : encoded(shaped, random);
}
