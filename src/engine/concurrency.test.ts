import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConcurrencyRule } from './concurrency.ts';

const WHY = 'this process may open no more files (EMFILE)';
const rule = (start = 4, most = 8) => new ConcurrencyRule({ start, most, reason: '' });

describe('the limit grows', () => {
  test('by one, when as many hosts have ended as it lets work', () => {
    const one = rule();
    expect([one.ended(0), one.ended(0), one.ended(0)]).toEqual([undefined, undefined, undefined]);
    expect(one.ended(0)).toEqual({
      limit: 5,
      reason: '4 hosts have ended since, and the controller has time left',
    });
    expect([1, 2, 3, 4].map(() => one.ended(0))).toEqual([undefined, undefined, undefined, undefined]);
    expect(one.ended(0)?.limit).toBe(6);
  });

  test('not while the controller is busy', () => {
    const one = rule();
    for (let host = 0; host < 20; host += 1) expect(one.ended(0.95)).toBeUndefined();
    expect(one.ended(0.5)?.limit).toBe(5);
  });

  test('never above what there is room for', () => {
    const one = rule(4, 5);
    for (let host = 0; host < 100; host += 1) one.ended(0);
    expect(one.limit).toBe(5);
    expect(rule(9, 3).limit).toBe(3);
  });
});

describe('the limit falls', () => {
  test('to half of what was at work', () => {
    const one = rule(50, 50);
    expect(one.exhausted(WHY, one.wave, 40)).toEqual({ limit: 20, reason: WHY });
  });

  test('once for all that were begun before', () => {
    const one = rule(50, 50);
    const { wave } = one;
    one.exhausted(WHY, wave, 50);
    expect(one.exhausted(WHY, wave, 49)).toBeUndefined();
    expect(one.limit).toBe(25);
    expect(one.exhausted(WHY, one.wave, 25)?.limit).toBe(12);
  });

  test('never below one, and never up', () => {
    const one = rule();
    expect(one.exhausted(WHY, one.wave, 1)?.limit).toBe(1);
    expect(one.exhausted(WHY, one.wave, 100)).toBeUndefined();
    expect(one.limit).toBe(1);
  });
});

test('whatever happens, it stays between one and the most', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined })),
      (start, most, happenings) => {
        const one = rule(start, most);
        for (const active of happenings) {
          const before = one.limit;
          const change = active === undefined ? one.ended(0) : one.exhausted(WHY, one.wave, active);
          expect(one.limit).toBe(change?.limit ?? before);
          expect(one.limit).toBeGreaterThanOrEqual(1);
          expect(one.limit).toBeLessThanOrEqual(most);
          if (active === undefined) expect(one.limit - before).toBeLessThanOrEqual(1);
          else expect(one.limit).toBeLessThanOrEqual(before);
        }
      },
    ),
  );
});
