import { describe, expect, test } from 'vitest';
import { apart } from '../../bench/plot/labels.ts';
import { type Curve, lineChart } from '../../bench/plot/line-chart.ts';
import { linearScale, logScale } from '../../bench/plot/scale.ts';

describe('a linear scale', () => {
  test('goes from 0 to the round figure at or above the largest', () => {
    const { place, marks } = linearScale(18, 0, 100);
    expect(marks).toEqual([0, 5, 10, 15, 20]);
    expect([0, 10, 20].map(place)).toEqual([0, 50, 100]);
    expect(linearScale(20, 0, 1).marks.at(-1)).toBe(20);
  });
  test('can be of small figures', () => {
    expect(linearScale(0.5, 0, 1).marks).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  });
  test('can go down, as the height on a page does', () => {
    const { place } = linearScale(10, 300, 0);
    expect([0, 5, 10].map(place)).toEqual([300, 150, 0]);
  });
});

describe('a logarithmic scale', () => {
  test('has marks at 1, 2 and 5 of each decade around the figures', () => {
    expect(logScale(0.3, 72, 0, 1).marks).toEqual([0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]);
    expect(logScale(1, 20, 0, 1).marks).toEqual([1, 2, 5, 10, 20]);
    expect(logScale(0.45, 6, 0, 1).marks).toEqual([0.2, 0.5, 1, 2, 5, 10]);
    expect(logScale(0.7, 0.7, 0, 1).marks).toEqual([0.5, 1]);
  });
  test('puts equal ratios equally far apart', () => {
    const { place } = logScale(1, 100, 0, 100);
    expect(place(1)).toBeCloseTo(0);
    expect(place(10)).toBeCloseTo(50);
    expect(place(100)).toBeCloseTo(100);
  });
  test('has no place for 0', () => {
    expect(() => logScale(0, 10, 0, 1)).toThrow(RangeError);
  });
});

test('labels that would lie on one another are moved apart, and keep their order', () => {
  const moved = apart([50, 52, 200, 49], 16);
  const sorted = [3, 0, 1, 2].map((i) => moved[i] as number);
  for (let i = 1; i < sorted.length; i += 1) expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThanOrEqual(16);
  expect(moved[2]).toBe(200);
  expect(apart([10, 100], 16)).toEqual([10, 100]);
});

const CURVES: readonly Curve[] = [
  {
    name: 'a <b> & c',
    points: [
      { x: 1, y: 0.5 },
      { x: 20, y: 2 },
    ],
  },
  {
    name: 'other',
    points: [
      { x: 1, y: 5 },
      { x: 20, y: 70 },
    ],
  },
];

test('a chart names every curve, has a mark for every point, and no markup of names', () => {
  const svg = lineChart({ title: 'Time', xTitle: 'hosts', yTitle: 'seconds', curves: CURVES });
  expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 \d+ \d+"/);
  expect(svg).toContain('a &lt;b&gt; &amp; c');
  expect(svg.match(/<circle /g)).toHaveLength(4);
  expect(svg.match(/<polyline /g)).toHaveLength(2);
  expect(svg).not.toContain('NaN');
});

test('a chart is readable on dark pages too', () => {
  expect(lineChart({ title: 'T', xTitle: 'x', yTitle: 'y', curves: CURVES })).toContain(
    '@media (prefers-color-scheme: dark)',
  );
});
