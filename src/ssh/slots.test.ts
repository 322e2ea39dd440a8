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

test('what is urgent has a place of its own, and goes before what waits', async () => {
  const slots = new Slots(2);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const all: Promise<void>[] = [];
  const work = (name: string, urgent?: true): void => {
    const run = (): Promise<void> => {
      begun.push(name);
      return new Promise((resolve) => void ends.set(name, resolve));
    };
    all.push(slots.use(run, urgent));
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (const name of ['a', 'b', 'c', 'd']) work(name);
  work('proof', true);
  work('rollback', true);
  expect(begun).toEqual(['a', 'b', 'proof']);
  await end('a');
  expect(begun).toEqual(['a', 'b', 'proof', 'rollback']);
  // The place of its own is free again, and not for others.
  await end('proof');
  expect(begun).toHaveLength(4);
  await end('b');
  expect(begun).toHaveLength(5);
  await end('rollback');
  expect(begun).toEqual(['a', 'b', 'proof', 'rollback', 'c', 'd']);
  await end('c');
  await end('d');
  await Promise.all(all);
});
