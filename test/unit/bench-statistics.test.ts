import { expect, test } from 'vitest';
import { median, pairwiseRatios, spread } from '../../bench/measure/statistics.ts';
import { derivedTrips } from '../../bench/parts/latency-tables.ts';
import { figure, spreadText } from '../../bench/report/markdown.ts';

test('the median is the middle one, or lies between the two in the middle', () => {
  expect(median([3])).toBe(3);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 2, 4, 1])).toBe(3);
  expect(() => median([])).toThrow(RangeError);
});

test('the median sorts numbers, not texts, and leaves its argument alone', () => {
  const figures = [100, 9, 20];
  expect(median(figures)).toBe(20);
  expect(figures).toEqual([100, 9, 20]);
});

test('a spread has the ends of the range', () => {
  expect(spread([2, 8, 5])).toEqual({ median: 5, low: 2, high: 8, count: 3 });
  expect(spread([])).toBeUndefined();
});

test('ratios are taken round by round', () => {
  // The second round was slow for both: the ratio is the same in all.
  expect(pairwiseRatios([2, 20, 2], [1, 10, 1])).toEqual([2, 2, 2]);
});

test('a round that only one has run gives no ratio', () => {
  expect(pairwiseRatios([4, 6], [2, 3, 5])).toEqual([2, 2]);
  expect(pairwiseRatios([4, undefined, 9], [2, 3, 3])).toEqual([2, 3]);
  expect(pairwiseRatios([4], [])).toEqual([]);
  expect(pairwiseRatios([4], [0])).toEqual([]);
});

test('round trips are what the long link costs more', () => {
  const trips = derivedTrips([0.5, 0.7], [1.3, 1.7], 100)!;
  expect(trips.median).toBeCloseTo(9);
  expect(trips.low).toBeCloseTo(8);
  expect(trips.high).toBeCloseTo(10);
  expect(derivedTrips([], [1], 100)).toBeUndefined();
});

test('figures have three digits that count', () => {
  expect([0, 0.0456, 0.456, 4.567, 45.67, 456.7].map(figure)).toEqual([
    '0.00',
    '0.046',
    '0.46',
    '4.57',
    '45.7',
    '457',
  ]);
  expect(figure(Number.NaN)).toBe('–');
  expect(spreadText({ median: 1.5, low: 1.4, high: 1.62, count: 5 })).toBe('1.50 (1.40–1.62)');
});
