import { expect, test } from 'vitest';
import { Slots } from './slots.ts';

test('only so many at the same time, in order, and failures free their place', async () => {
  const slots = new Slots(3);
  const begun: number[] = [];
  let active = 0;
  let most = 0;
  const work = async (index: number): Promise<number> => {
    begun.push(index);
    active += 1;
    most = Math.max(most, active);
    await new Promise((resolve) => setImmediate(resolve));
    active -= 1;
    if (index % 2 === 1) throw new Error(`${index}`);
    return index;
  };
  const all = Array.from({ length: 20 }, (_, index) => slots.use(() => work(index)));
  const ends = await Promise.allSettled(all);
  expect(most).toBe(3);
  expect(begun).toEqual([...begun].sort((a, b) => a - b));
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
});
