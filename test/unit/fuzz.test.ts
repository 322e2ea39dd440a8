import { expect, test } from 'vitest';
import { fuzzCase } from '../fuzz/case.ts';
import { TARGETS } from '../fuzz/targets.ts';
import { SEED } from '../support/seed.ts';

/** Cases of each target; `npm run fuzz` tries others, as many as the time allows. */
const COUNT = Number(process.env.PROVISION_FUZZ ?? 200);

test.each(TARGETS.map((target) => [target.name, target] as const))(
  '%s: whatever it reads, there is an answer',
  async (_, target) => {
    for (let seed = SEED; seed < SEED + COUNT; seed += 1) {
      try {
        await fuzzCase(target, seed);
      } catch (error) {
        throw new Error(`seed ${seed}: npm run fuzz -- --target ${target.name} --seed ${seed} --cases 1`, {
          cause: error,
        });
      }
    }
    expect(target.corpus.length).toBeGreaterThan(0);
  },
  120_000,
);

test.each(TARGETS.map((target) => [target.name, target] as const))(
  '%s: what is valid is read',
  async (_, target) => {
    for (const input of target.corpus)
      await target.run(input, {
        next: () => 0,
        below: () => 0,
        pick: (items: readonly unknown[]) => items[0],
        bytes: () => Buffer.alloc(0),
      } as never);
  },
);
