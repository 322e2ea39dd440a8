import { expect, test, vi } from 'vitest';
import { rememberNewest } from './remember.ts';

test('a result is kept while all arguments are the same, for each first one', () => {
  const make = vi.fn((key: { readonly n: number }, factor: number) => ({ product: key.n * factor }));
  const remembered = rememberNewest(make);
  const [two, five] = [{ n: 2 }, { n: 5 }];
  const first = remembered(two, 3);
  expect(first).toEqual({ product: 6 });
  expect(remembered(five, 3)).toEqual({ product: 15 });
  expect(remembered(two, 3)).toBe(first);
  expect(make).toHaveBeenCalledTimes(2);
  expect(remembered(two, 4)).toEqual({ product: 8 });
  expect(remembered(two, 3)).toEqual({ product: 6 });
  expect(make).toHaveBeenCalledTimes(4);
});

test('what throws is tried again', () => {
  const remembered = rememberNewest((_: object) => {
    throw new Error('no');
  });
  const key = {};
  expect(() => remembered(key)).toThrow('no');
  expect(() => remembered(key)).toThrow('no');
});
